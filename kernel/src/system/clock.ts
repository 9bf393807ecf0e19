/** The system's clock. The one file that reads time or sets a timer. */

import type { Clock } from '../ports/clock.ts'

/** `performance.now` counts from the start of its thread, `hrtime` from one moment for all; both go alike. */
const threadStartMs = Number(process.hrtime.bigint()) / 1e6 - performance.now()

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => threadStartMs + performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
