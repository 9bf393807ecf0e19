/** Every acceptance gate of both blueprints. */

import type { Gate } from './gate.ts'
import { macronode } from './macronode.ts'
import { macronodeFurther } from './macronode-further.ts'
import { micronode } from './micronode.ts'

export const gates: readonly Gate[] = [...micronode, ...macronode, ...macronodeFurther]

/** Those of these ids, in the order of the blueprints; all when there are none. An unknown id is an error that says the known ones. */
export function gatesNamed(ids: readonly string[]): readonly Gate[] {
  const known = gates.map(({ id }) => id)
  for (const id of ids)
    if (!known.includes(id)) throw new RangeError(`--only ${id}: there are ${known.join(', ')}`)
  return ids.length === 0 ? gates : gates.filter(({ id }) => ids.includes(id))
}
