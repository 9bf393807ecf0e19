/** Waiting inside of a node. */

import type { Ground } from './ground.ts'

const pollMs = 5

/** Looks now and then; what it waits for is counted by others. */
export async function until({ clock }: Ground, holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise<void>((resolve) => clock.after(pollMs, resolve))
}
