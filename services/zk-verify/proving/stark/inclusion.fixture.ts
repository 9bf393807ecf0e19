/** An event in a tree, what is claimed of it and the trace that shows it, all from a seed. */

import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'
import { leafOf } from '../../stark/tree.ts'
import type { Chance } from './chance.ts'
import { bytesOf, placeIn } from './places.ts'
import { traceOf } from './trace.ts'

const random = seededRandom()
/** The same bytes in every run. */
export const chance: Chance = (length) => random.bytes(length)

export interface Sample {
  /** Root, event and context. */
  readonly inputs: readonly [Uint8Array, Uint8Array, Uint8Array]
  readonly rows: readonly (readonly number[])[]
}

/** The event is one of three. */
export function sample(index = 2): Sample {
  const [event, context] = [chance(32), chance(32)]
  const leaves = [0, 1, 2].map((at) => (at === index ? leafOf(event) : leafOf(chance(32))))
  const { root, place } = placeIn(leaves, index)
  return { inputs: [bytesOf(root), event, context], rows: traceOf(leafOf(event), place, chance) }
}
