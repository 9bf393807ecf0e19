/** Waiting in a test for something that another thread or a later turn brings about. */

import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises'

/** Most conditions hold within a few turns; what needs another thread gets ten seconds. */
const turnsMax = 200
const pausesMax = 2_000
const pauseMs = 5

/** Resolves once `holds` does. Rejects when it does not come to hold, naming `what` was awaited. */
export async function until(holds: () => boolean, what = 'the condition'): Promise<void> {
  for (let tries = 0; tries < turnsMax + pausesMax; tries++) {
    if (holds()) return
    await (tries < turnsMax ? turn() : pause(pauseMs))
  }
  throw new Error(`${what} did not come to hold`)
}
