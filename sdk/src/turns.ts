/**
 * A place among the calls that may be open at once. Who finds none waits, first come first served; the line
 * is bounded as well.
 */

import { onAbort } from './abort.ts'
import { NodeError } from './error.ts'
import { problemFrom } from './problem.ts'

export class Turns {
  readonly #waitingMax: number
  /** In the order they came. */
  readonly #waiting = new Set<Waiting>()
  #free = 0
  #ended: Error | null = null

  /** There are no places yet; `give` adds them. */
  constructor(waitingMax: number) {
    this.#waitingMax = waitingMax
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** Resolves when a place is the caller's. Rejects with the signal's reason, or with what ended the line. */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#ended !== null) throw this.#ended
    if (this.#free > 0) {
      this.#free--
      return
    }
    if (this.#waiting.size >= this.#waitingMax) throw new NodeError(busy(this.#waitingMax))
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(waiting)
        release()
      }
      const waiting: Waiting = {
        go() {
          leave()
          resolve()
        },
        fail(because) {
          leave()
          reject(because)
        },
      }
      this.#waiting.add(waiting)
      const release = onAbort(signal, () => waiting.fail(signal.reason))
    })
  }

  /** Adds places, or returns one. */
  give(places = 1): void {
    this.#free += places
    for (const waiting of this.#waiting) {
      if (this.#free === 0) return
      this.#free--
      waiting.go()
    }
  }

  /** Everyone who waits, now or later, is told why there will be no turn. */
  end(because: Error): void {
    this.#ended ??= because
    for (const waiting of this.#waiting) waiting.fail(because)
  }
}

interface Waiting {
  go(): void
  fail(because: unknown): void
}

function busy(waitingMax: number) {
  return problemFrom(429, {
    type: 'urn:ron:problem:busy',
    title: 'The queue is full',
    detail: `${waitingMax} calls of this SDK wait for a place on its connection; make fewer at once`,
    code: 'Busy',
    retryable: true,
  })
}
