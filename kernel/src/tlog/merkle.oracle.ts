/** The tree of RFC 6962 §2.1 as it is defined there: by recursion over all leaves, for tests to compare with. */

import { createHash } from 'node:crypto'

export type Leaves = readonly Uint8Array[]

export function naiveRoot(leaves: Leaves): Uint8Array {
  const [only] = leaves
  if (only === undefined) return createHash('sha256').digest()
  if (leaves.length === 1) return only
  const [left, right] = halves(leaves)
  return createHash('sha256')
    .update(Uint8Array.of(1))
    .update(naiveRoot(left))
    .update(naiveRoot(right))
    .digest()
}

export function naiveInclusion(index: number, leaves: Leaves): Uint8Array[] {
  if (leaves.length === 1) return []
  const [left, right] = halves(leaves)
  return index < left.length
    ? [...naiveInclusion(index, left), naiveRoot(right)]
    : [...naiveInclusion(index - left.length, right), naiveRoot(left)]
}

/** `from` is 1 to the number of leaves. */
export function naiveConsistency(from: number, leaves: Leaves): Uint8Array[] {
  return part(from, leaves, true)
}

function part(from: number, leaves: Leaves, known: boolean): Uint8Array[] {
  if (from === leaves.length) return known ? [] : [naiveRoot(leaves)]
  const [left, right] = halves(leaves)
  return from <= left.length
    ? [...part(from, left, known), naiveRoot(right)]
    : [...part(from - left.length, right, false), naiveRoot(left)]
}

function halves(leaves: Leaves): [Leaves, Leaves] {
  let split = 1
  while (2 * split < leaves.length) split *= 2
  return [leaves.slice(0, split), leaves.slice(split)]
}
