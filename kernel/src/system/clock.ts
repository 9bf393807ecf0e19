/** The system's clock. The one file that reads time or sets a timer. */

import type { Clock } from '../ports/clock.ts'

/** `performance.now` counts from the start of its thread and is the quicker; steady time counts from one moment for all. */
const beganMs = hrtimeMs() - performance.now()

const pending = new Set<NodeJS.Timeout>()

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => beganMs + performance.now(),
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

function hrtimeMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e3 + nanoseconds / 1e6
}
