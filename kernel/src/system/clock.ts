/** The system's clock. The one file that reads time or sets a timer. */

import type { Clock } from '../ports/clock.ts'

const pending = new Set<NodeJS.Timeout>()

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic() {
    // `performance.now` would count from the start of its thread; this counts from one moment for all.
    const [seconds, nanoseconds] = process.hrtime()
    return seconds * 1e3 + nanoseconds / 1e6
  },
  after(ms, task) {
    const timer = setTimeout(() => {
      pending.delete(timer)
      task()
    }, ms)
    timer.unref()
    pending.add(timer)
    return () => {
      pending.delete(timer)
      clearTimeout(timer)
    }
  },
}

/** Tasks of this thread that wait for their time. */
export function pendingTimers(): number {
  return pending.size
}
