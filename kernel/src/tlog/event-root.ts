/**
 * What a log says of the tree that inclusion is proven in: one line behind the root of a checkpoint, with the first of the
 * entries the tree is over and its root. The other roots, of SHA-256, and this one are signed together.
 *
 *     poseidon-bls12-381 16384 1f0c…
 */

import { TlogError } from './error.ts'

export interface EventRoot {
  readonly first: number
  /** 32 bytes in hex. */
  readonly root: string
}

/** So many entries are in one tree; the next are in another. */
export const eventRootEntries = 16_384

const label = 'poseidon-bls12-381'
const line = new RegExp(`^${label} (0|[1-9]\\d{0,15}) ([0-9a-f]{64})$`)
/** Behind origin, size and root. */
const at = 3

export function eventRootLine({ first, root }: EventRoot): string {
  return `${label} ${first} ${root}`
}

/** Of the text of a checkpoint. Throws a `TlogError` where it does not say. */
export function parseEventRoot(text: string): EventRoot {
  const [, first, root] = line.exec(text.split('\n')[at] ?? '') ?? []
  if (first === undefined || root === undefined)
    throw new TlogError(`the fourth line of the checkpoint is no root of ${label}`)
  return { first: Number(first), root }
}
