/** How the wall asks services: with a bound on the wait. */

import type { Clock } from '@ron/kernel/ports/clock'

/** The answer of a service, or a rejection that says that there was no `what` in time. */
export function inTime<Answer>(
  clock: Clock,
  timeoutMs: number,
  what: string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => reject(new Error(`no ${what} within ${timeoutMs} ms`)))
    // It may throw at once as well.
    const asking = async () => ask()
    void asking().then(resolve, reject).finally(cancel)
  })
}
