/**
 * One service's worker thread as the kernel holds it. It is spawned once and ends once; a restart is a new
 * `Thread`. It decides nothing: the supervisor does.
 */

import { Worker } from 'node:worker_threads'
import type { StateLease } from '../arena/arena.ts'
import { described } from '../call/described.ts'
import type { Health } from '../contract/contract.ts'
import type { LogFields } from '../ports/log.ts'
import { portPair, type PortSeed } from '../port/ring-port.ts'
import type { Birth, FromThread, LogLevel, ToThread } from './control.ts'

export interface ThreadObserver {
  ready(): void
  health(health: Health): void
  log(level: LogLevel, message: string, fields: LogFields): void
  /** Called once, whatever the reason; null when it stopped as it was asked to. */
  exited(because: string | null): void
}

export class Thread {
  readonly #worker: Worker
  readonly #birth: Birth
  #because: string | null = null
  #retired = false

  constructor(birth: Birth, observer: ThreadObserver) {
    this.#birth = birth
    // An empty environment: whatever secret the process was started with is no service's business.
    this.#worker = new Worker(new URL(birth.hostUrl), {
      name: birth.shape.name,
      workerData: birth,
      env: {},
      argv: [],
    })
    this.#worker.on('message', (message: FromThread) => {
      if (message.kind === 'ready') observer.ready()
      if (message.kind === 'health') observer.health(message.health)
      if (message.kind === 'log') observer.log(message.level, message.message, message.fields)
    })
    this.#worker.on('error', (error) => {
      this.#because ??= described(error)
    })
    this.#worker.once('exit', (code) => {
      const asAsked = this.#retired && code === 0
      observer.exited(this.#because ?? (asAsked ? null : `its thread exited with code ${code}`))
    })
  }

  /** Makes a channel into the thread and returns the caller's end of it. */
  admit(): PortSeed {
    // Room for every open call and something about each of them, such as its cancel.
    const { capacity, concurrency } = this.#birth.shape.inbox
    const [callers, services] = portPair(2 * (capacity + concurrency))
    this.#post({ kind: 'caller', seed: services }, services)
    return callers
  }

  /** Hands over the line to a service this one uses. */
  connectPeer(name: string, seed: PortSeed): void {
    this.#post({ kind: 'peer', name, seed }, seed)
  }

  /** Lets the service start, now that the lines it begins with are handed over, with what threads before it left. */
  begin(state: StateLease | null): void {
    this.#worker.postMessage({ kind: 'begin', state } satisfies ToThread)
  }

  /** Asks the thread to stop; it exits by itself when the service has. */
  retire(): void {
    this.#retired = true
    this.#worker.postMessage({ kind: 'stop' } satisfies ToThread)
  }

  /** Ends the thread from outside, wherever it is. */
  kill(because: string): void {
    this.#because ??= because
    void this.#worker.terminate()
  }

  #post(message: ToThread, seed: PortSeed): void {
    this.#worker.postMessage(message, [seed.port])
  }
}
