/** Letting the event loop serve others in the middle of long work. */

import { setImmediate } from 'node:timers/promises'

export async function nextTurn(): Promise<void> {
  await setImmediate()
}
