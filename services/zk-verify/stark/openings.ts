/**
 * One query: what is opened of the four trees at one index has to be in them, and has to fold down to the final
 * polynomial. The eight points that fold to one have indexes that differ in the upper three bits: the rest says which
 * leaf they share, and those three which place in it.
 */

import type { Opened } from './deep.ts'
import { equal, evaluate, fromBase, type Ext } from './extension.ts'
import { domain, fold, folded, foldedTwice, pointAt, type Coset } from './fri.ts'
import { firstFold, quotientTree, secondFold, traceTree, treeBytes, type TreeShape } from './layout.ts'
import { isOpened, type Opening } from './merkle.ts'
import { columns, folding, segments } from './parameters.ts'
import type { Reading } from './reading.ts'

const quotientOffset = treeBytes(traceTree)
const firstOffset = quotientOffset + treeBytes(quotientTree)
const secondOffset = firstOffset + treeBytes(firstFold)

/** What is opened of the trace and of the quotient; null where it is not in their trees. */
export function committedAt(proof: Reading, { offset, index }: Opening): Opened | null {
  const ofQuotient = offset + quotientOffset
  if (!isOpened(proof.bytes, traceTree, { offset, index })) return null
  if (!isOpened(proof.bytes, quotientTree, { offset: ofQuotient, index })) return null
  const [mask, ...parts] = proof.exts(ofQuotient, segments + 1)
  return mask === undefined ? null : { row: proof.elements(offset, columns), segments: parts, mask }
}

/** Whether a value at a point of the domain folds, twice, to what the final polynomial is there. */
export function foldsTo(
  proof: Reading,
  { offset, index }: Opening,
  value: Ext,
  [first, second]: readonly [Ext, Ext],
  final: readonly Ext[],
): boolean {
  const once = foldedAt(
    proof,
    firstFold,
    { offset: offset + firstOffset, index },
    { points: domain, value, challenge: first },
  )
  if (once === null) return false
  const at = index % folded.size
  const twice = foldedAt(
    proof,
    secondFold,
    { offset: offset + secondOffset, index: at },
    { points: folded, value: once, challenge: second },
  )
  if (twice === null) return false
  return equal(twice, evaluate(final, fromBase(pointAt(foldedTwice, at % foldedTwice.size))))
}

interface Folding {
  readonly points: Coset
  /** What has to be in the leaf at the place of the index. */
  readonly value: Ext
  readonly challenge: Ext
}

/** What a leaf folds to; null where it is not in its tree or has another value than it should. */
function foldedAt(
  proof: Reading,
  tree: TreeShape,
  { offset, index }: Opening,
  { points, value, challenge }: Folding,
): Ext | null {
  const leaf = index % tree.leaves
  if (!isOpened(proof.bytes, tree, { offset, index: leaf })) return null
  const values = proof.exts(offset, folding)
  const own = values[Math.floor(index / tree.leaves)]
  if (own === undefined || !equal(own, value)) return null
  return fold(values, challenge, pointAt(points, leaf))
}
