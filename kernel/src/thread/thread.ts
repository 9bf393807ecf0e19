/**
 * One service's worker thread as the kernel holds it. It is spawned once and ends once; a restart is a new
 * `WorkerThread`. It decides nothing: the supervisor does.
 */

import { MessageChannel, Worker } from 'node:worker_threads'
import type { StateLease } from '../arena/arena.ts'
import { described } from '../call/described.ts'
import { subscriptionsMax } from '../call/places.ts'
import type { Port } from '../ports/port.ts'
import { openPort, portPair, type PortSeed } from '../port/ring-port.ts'
import type { Failure } from '../supervisor/cause.ts'
import type { Birth, FromThread, ToThread } from './control.ts'
import type { Fall } from './fall.ts'
import type { Thread, ThreadObserver } from './threads.ts'

/**
 * The part of a thread's heap for what has just been made, a sixteenth of what V8 would give it. There are a dozen
 * threads and each comes to use all it may; and a body that was handed over is freed when this part is collected, so
 * with 12 MiB up to 54 of them lay about. Twice as much makes a search a tenth cheaper, and nothing else; at rest the
 * node has 4 MB more then.
 */
const youngMib = 3

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
    const { port1: lifeline, port2: theirs } = new MessageChannel()
    // An empty environment: whatever secret the process was started with is no service's business.
    this.#worker = new Worker(new URL(birth.hostUrl), {
      name: birth.shape.name,
      // Its end closes when it runs nothing any more; the exit comes when its heap has been taken down as well.
      workerData: { ...birth, lifeline: theirs },
      transferList: [theirs],
      env: {},
      argv: [],
      resourceLimits: {
        maxOldGenerationSizeMb: Math.ceil(birth.heapBytesMax / 2 ** 20),
        maxYoungGenerationSizeMb: youngMib,
      },
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
    lifeline.on('close', () => {
      if (this.#retired) return
      this.#failure ??= outOfMemory(birth.heapBytesMax)
      this.#ended()
    })
    this.#worker.once('exit', (code) => {
      if (!this.#retired || code !== 0)
        this.#failure ??= { cause: 'exit', because: `its thread exited with code ${code}` }
      this.#ended()
    })
  }

  line(): Port {
    return openPort(this.#admit(), {
      // It writes garbage into shared memory, so it is broken; a new thread gets a new ring.
      garbled: (because) => this.kill({ cause: 'throw', because: `its ring is garbled: ${because}` }),
      wakes: 'after the turn',
    })
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

  /** Makes a channel into the thread and returns the caller's end of it. */
  #admit(): PortSeed {
    // Room for every open call and something about each of them, such as its cancel.
    const { inbox } = this.#birth.shape
    const [callers, services] = portPair(2 * (inbox.capacity + inbox.concurrency + subscriptionsMax(inbox)))
    this.#post({ kind: 'caller', seed: services }, services)
    return callers
  }

  #ended(): void {
    if (this.#over) return
    this.#over = true
    this.#observer.exited(this.#failure)
  }

  #post(message: ToThread, seed: PortSeed): void {
    this.#worker.postMessage(message, [seed.port])
  }
}

/** What the system says of a thread that had no last words. */
function failureOf(error: unknown, heapBytesMax: number): Failure {
  const isHeap = Reflect.get(Object(error), 'code') === 'ERR_WORKER_OUT_OF_MEMORY'
  return isHeap ? outOfMemory(heapBytesMax) : { cause: 'throw', because: described(error) }
}

/** The one way to end that leaves a thread no last words. */
function outOfMemory(heapBytesMax: number): Failure {
  return { cause: 'out-of-memory', because: `its heap reached its limit, ${heapBytesMax} bytes` }
}
