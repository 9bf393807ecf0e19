/** Proves that one of some events is in the tree of them all. */

import type { Claim } from '../../snark/verifier.ts'
import { depth } from '../../stark/parameters.ts'
import { leafOf } from '../../stark/tree.ts'
import type { Chance } from './chance.ts'
import { bytesOf, placeIn } from './places.ts'
import { proveAnyway } from './prove.ts'
import { traceOf } from './trace.ts'

/** Hashes of 32 bytes, at most 16,384 of them, and which one is shown. */
interface Log {
  readonly events: readonly Uint8Array[]
  readonly index: number
}

/** Takes two or three seconds. Throws a `RangeError` on an index that is none. */
export function proveInclusion({ events, index }: Log, context: Uint8Array, chance: Chance): Claim {
  const event = events[index]
  if (event === undefined || events.length > 2 ** depth)
    throw new RangeError(`there are ${events.length} events, of at most ${2 ** depth}, and no event ${index}`)
  const { root, place } = placeIn(events.map(leafOf), index)
  const inputs = [bytesOf(root), event, context]
  return { proof: proveAnyway(traceOf(leafOf(event), place, chance), inputs, chance), inputs }
}
