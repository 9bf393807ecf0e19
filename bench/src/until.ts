/** Waiting for a node to come to where it has to be. */

import { setTimeout as pause } from 'node:timers/promises'

/** No measurement waits for longer. */
const longestMs = 60_000

/**
 * Asks again and again until there is a value, `everyMs` apart, and at once where that is 0. Rejects with an error that says
 * what did not happen when there is none within a minute.
 */
export async function until<Value>(
  what: string,
  ask: () => Promise<Value | undefined>,
  everyMs = 0,
  withinMs = longestMs,
): Promise<Value> {
  const untilMs = performance.now() + withinMs
  for (;;) {
    const value = await ask()
    if (value !== undefined) return value
    if (performance.now() > untilMs) throw new Error(`${what}: not within ${withinMs / 1_000} seconds`)
    if (everyMs > 0) await pause(everyMs)
  }
}
