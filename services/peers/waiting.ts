/** Waiting that a stop ends, and that others may end early. */

import type { Clock } from '@ron/kernel/ports/clock'

/** Resolves after so long or when the signal aborts, whichever comes first, and leaves nothing behind. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.after(ms, done)
    signal.addEventListener('abort', done)
  })
}

/** Full jitter: anything up to the base, doubled for each failure and capped. `fraction` is in [0, 1). */
export function backoffMs(failures: number, fraction: number, baseMs: number, maxMs: number): number {
  const doublings = Math.min(failures - 1, 30)
  return fraction * Math.min(maxMs, baseMs * 2 ** Math.max(0, doublings))
}
