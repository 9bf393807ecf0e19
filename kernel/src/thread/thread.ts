/**
 * One service's worker thread as the kernel holds it. It is spawned once and ends once; a restart is a new
 * `WorkerThread`. It decides nothing: the supervisor does.
 */

import { Worker } from 'node:worker_threads'
import type { StateLease } from '../arena/arena.ts'
import { described } from '../call/described.ts'
import type { Port } from '../ports/port.ts'
import { openPort, portPair, type PortSeed } from '../port/message-port.ts'
import type { Failure } from '../supervisor/cause.ts'
import type { Birth, FromThread, ToThread } from './control.ts'
import type { Fall } from './fall.ts'
import type { Thread, ThreadObserver } from './threads.ts'

const outOfMemory = 'ERR_WORKER_OUT_OF_MEMORY'

export class WorkerThread implements Thread {
  readonly #worker: Worker
  readonly #birth: Birth
  readonly #observer: ThreadObserver
  /** Why it ends. The first to say so is believed. */
  #failure: Failure | null = null
  #retired = false
  #over = false

  constructor(birth: Birth, observer: ThreadObserver) {
    this.#birth = birth
    this.#observer = observer
    // An empty environment: whatever secret the process was started with is no service's business.
    this.#worker = new Worker(new URL(birth.hostUrl), {
      name: birth.shape.name,
      workerData: birth,
      env: {},
      argv: [],
      resourceLimits: { maxOldGenerationSizeMb: Math.ceil(birth.heapBytesMax / 2 ** 20) },
    })
    this.#worker.on('message', (message: FromThread) => {
      if (message.kind === 'ready') observer.ready()
      if (message.kind === 'health') observer.health(message.health)
      if (message.kind === 'log') observer.log(message.level, message.message, message.fields)
      if (message.kind === 'fallen') {
        this.#failure ??= message
        this.#ended()
        void this.#worker.terminate()
      }
    })
    this.#worker.on('error', (error) => {
      this.#failure ??= failureOf(error, birth.heapBytesMax)
    })
    this.#worker.once('exit', (code) => {
      if (!this.#retired || code !== 0)
        this.#failure ??= { cause: 'exit', because: `its thread exited with code ${code}` }
      this.#ended()
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

  fall(how: Fall): void {
    this.#worker.postMessage({ kind: 'fall', how } satisfies ToThread)
  }

  kill(failure: Failure): void {
    this.#failure ??= failure
    void this.#worker.terminate()
  }

  #ended(): void {
    if (this.#over) return
    this.#over = true
    this.#observer.exited(this.#failure)
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

/** What the system says of a thread that had no last words. */
function failureOf(error: unknown, heapBytesMax: number): Failure {
  if (Reflect.get(Object(error), 'code') !== outOfMemory) return { cause: 'throw', because: described(error) }
  return { cause: 'out-of-memory', because: `its heap reached its limit, ${heapBytesMax} bytes` }
}
