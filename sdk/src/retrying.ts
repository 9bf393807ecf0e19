/** Runs a try again and again, as `retry.ts` decides, within the lifetime of the call. */

import type { Lifetime } from './lifetime.ts'
import { retryInMs, type Repeatable, type RetryShape } from './retry.ts'
import { pause, type System } from './system.ts'

/**
 * Resolves with the first success. Rejects with the failure that is not to be repeated, with the caller's
 * reason, or with a DeadlineError; a wait that would outlast the deadline is not begun.
 */
export async function retrying<T>(
  life: Lifetime,
  repeatable: Repeatable,
  shape: RetryShape,
  system: System,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal } = life
  let failure: unknown
  try {
    for (let tries = 1; ; tries++) {
      signal.throwIfAborted()
      try {
        return await attempt(signal)
      } catch (cause) {
        signal.throwIfAborted()
        failure = cause
      }
      const waitMs = retryInMs(failure, tries, repeatable, system.fraction(), shape)
      if (waitMs === null || waitMs >= life.remainingMs) throw failure
      await pause(system, waitMs, signal)
    }
  } catch (error) {
    throw life.expired ? life.overdue(failure) : error
  }
}
