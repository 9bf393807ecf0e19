/**
 * One timer for the earliest of many deadlines. It may ring too early, when that deadline has gone since;
 * the task looks at the time itself, so an early ring costs a look and nothing else.
 */

import type { Clock } from '@ron/kernel/ports/clock'

/** Timers of the platform hold 31 bits of milliseconds; a day at a time stays clear of that. */
const longestMs = 86_400_000

export class Alarm {
  readonly #clock: Clock
  readonly #task: () => void
  #ringsAtMs = Infinity
  #cancel: (() => void) | null = null

  constructor(clock: Clock, task: () => void) {
    this.#clock = clock
    this.#task = task
  }

  /** Rings at `atMs` of the monotonic clock or before; Infinity asks for nothing. */
  set(atMs: number): void {
    if (atMs >= this.#ringsAtMs) return
    this.stop()
    const waitMs = Math.min(longestMs, Math.max(0, atMs - this.#clock.monotonic()))
    this.#ringsAtMs = atMs
    this.#cancel = this.#clock.after(waitMs, () => {
      this.#ringsAtMs = Infinity
      this.#task()
    })
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#ringsAtMs = Infinity
  }
}
