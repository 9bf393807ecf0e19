/** A clock that moves only when a test moves it, and runs what comes due on the way, in order. */

import type { Clock } from '@ron/kernel/ports/clock'

interface Timer {
  readonly atMs: number
  readonly task: () => void
}

const epoch = Date.UTC(2024, 0, 1)

export class HandClock implements Clock {
  #monotonicMs: number
  #timers: Timer[] = []
  /** Milliseconds the system's clock was set ahead (or back, below zero). */
  skewMs = 0
  /** Every look at the clock lets this much time pass, as it does in life. */
  driftMs = 0

  /** Another clock for what begins later: a crash takes the timers of its thread along, and time goes on. */
  constructor(startMs = 0) {
    this.#monotonicMs = startMs
  }

  now(): number {
    return epoch + this.#monotonicMs + this.skewMs
  }

  monotonic(): number {
    this.#monotonicMs += this.driftMs
    return this.#monotonicMs
  }

  after(ms: number, task: () => void): () => void {
    const timer = { atMs: this.#monotonicMs + ms, task }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  get timers(): number {
    return this.#timers.length
  }

  advance(ms: number): void {
    const untilMs = this.#monotonicMs + ms
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      const due = next
      this.#timers = this.#timers.filter((timer) => timer !== due)
      this.#monotonicMs = Math.max(this.#monotonicMs, due.atMs)
      due.task()
    }
    this.#monotonicMs = Math.max(this.#monotonicMs, untilMs)
  }

  #next(untilMs: number): Timer | undefined {
    return this.#timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
  }
}

/** Lets every promise that can settle without time passing do so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
