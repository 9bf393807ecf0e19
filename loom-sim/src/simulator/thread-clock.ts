/** The clock of one simulated thread: it ends with the thread, and what falls due while the thread hangs waits. */

import type { Clock } from '@ron/kernel/ports/clock'
import type { Lane } from './traffic.ts'

export class ThreadClock implements Clock {
  readonly #clock: Clock
  readonly #lane: Lane
  readonly #cancels = new Set<() => void>()

  /** What falls due arrives down `lane`. */
  constructor(clock: Clock, lane: Lane) {
    this.#clock = clock
    this.#lane = lane
  }

  now(): number {
    return this.#clock.now()
  }

  monotonic(): number {
    return this.#clock.monotonic()
  }

  after(ms: number, task: () => void): () => void {
    let cancelled = false
    const forget = this.#clock.after(ms, () => {
      this.#cancels.delete(cancel)
      this.#lane.send('timer', () => {
        if (!cancelled) task()
      })
    })
    const cancel = () => {
      cancelled = true
      forget()
      this.#cancels.delete(cancel)
    }
    this.#cancels.add(cancel)
    return cancel
  }

  end(): void {
    for (const cancel of [...this.#cancels]) cancel()
  }
}
