/** A clock that stands still until a test moves it. Timers run in order of their time, inside `advance`. */

import type { Clock } from '@ron/kernel/ports/clock'

export interface StoppedClock extends Clock {
  advance(ms: number): void
  /** Timers set and neither run nor cancelled. */
  readonly timers: number
}

export function stoppedClock(startMs: number): StoppedClock {
  let passedMs = 0
  let timers: { readonly atMs: number; readonly task: () => void }[] = []
  return {
    now: () => startMs + passedMs,
    monotonic: () => passedMs,
    after(ms, task) {
      const timer = { atMs: passedMs + ms, task }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    advance(ms) {
      passedMs += ms
      const due = timers.filter((timer) => timer.atMs <= passedMs)
      timers = timers.filter((timer) => timer.atMs > passedMs)
      for (const timer of due.toSorted((a, b) => a.atMs - b.atMs)) timer.task()
    },
    get timers() {
      return timers.length
    },
  }
}
