/**
 * One service's worker thread as the kernel holds it. It is spawned once and ends once; a restart is a new
 * `WorkerThread`. It decides nothing: the supervisor does.
 */

import { Worker } from 'node:worker_threads'
import type { StateLease } from '../arena/arena.ts'
import { described } from '../call/described.ts'
import type { Port } from '../ports/port.ts'
import { openPort, portPair, type PortSeed } from '../port/message-port.ts'
import type { Birth, FromThread, ToThread } from './control.ts'
import type { Thread, ThreadObserver } from './threads.ts'

export class WorkerThread implements Thread {
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

  line(): Port {
    return openPort(this.#admit())
  }

  connectPeer(name: string, peer: WorkerThread): void {
    const seed = peer.#admit()
    this.#post({ kind: 'peer', name, seed }, seed)
  }

  begin(state: StateLease | null): void {
    this.#worker.postMessage({ kind: 'begin', state } satisfies ToThread)
  }

  retire(): void {
    this.#retired = true
    this.#worker.postMessage({ kind: 'stop' } satisfies ToThread)
  }

  kill(because: string): void {
    this.#because ??= because
    void this.#worker.terminate()
  }

  /** Makes a channel into the thread and returns the caller's end of it. */
  #admit(): PortSeed {
    // Room for every open call and something about each of them, such as its cancel.
    const { capacity, concurrency } = this.#birth.shape.inbox
    const [callers, services] = portPair(2 * (capacity + concurrency))
    this.#post({ kind: 'caller', seed: services }, services)
    return callers
  }

  #post(message: ToThread, seed: PortSeed): void {
    this.#worker.postMessage(message, [seed.port])
  }
}
