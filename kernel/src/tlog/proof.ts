/**
 * Whether a proof proves, by the algorithms of RFC 9162 §2.1.3.2 and §2.1.4.2. It shares no code with what makes
 * proofs, so that one mistake cannot be in both. Whoever asks believes the roots because they are signed.
 */

import { isSameHash, nodeHash } from './hash.ts'

/** Whether `leaf` is the hash of entry `index` in the tree of `size` leaves under `root`. */
export function provesInclusion(
  { index, size, leaf, root }: { index: number; size: number; leaf: Uint8Array; root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  if (index < 0 || index >= size) return false
  let [node, last, reached] = [index, size - 1, leaf]
  for (const hash of proof) {
    if (last === 0) return false
    if (isRight(node) || node === last) {
      reached = nodeHash(hash, reached)
      while (!isRight(node) && node !== 0) [node, last] = [above(node), above(last)]
    } else {
      reached = nodeHash(reached, hash)
    }
    ;[node, last] = [above(node), above(last)]
  }
  return last === 0 && isSameHash(reached, root)
}

/** Whether the tree of `to` leaves under `toRoot` begins with that of `from` leaves under `fromRoot`. */
export function provesConsistency(
  { from, to, fromRoot, toRoot }: { from: number; to: number; fromRoot: Uint8Array; toRoot: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  if (from > to || from < 0) return false
  if (from === to) return proof.length === 0 && isSameHash(fromRoot, toRoot)
  if (from === 0) return proof.length === 0
  // A tree whose size is a power of two is itself the first subtree; it is known, so it is not in the proof.
  const [first, ...others] = Number.isInteger(Math.log2(from)) ? [fromRoot, ...proof] : proof
  if (first === undefined) return false
  let [node, last] = [from - 1, to - 1]
  while (isRight(node)) [node, last] = [above(node), above(last)]
  let [oldReached, reached] = [first, first]
  for (const hash of others) {
    if (last === 0) return false
    if (isRight(node) || node === last) {
      oldReached = nodeHash(hash, oldReached)
      reached = nodeHash(hash, reached)
      while (!isRight(node) && node !== 0) [node, last] = [above(node), above(last)]
    } else {
      reached = nodeHash(reached, hash)
    }
    ;[node, last] = [above(node), above(last)]
  }
  return last === 0 && isSameHash(oldReached, fromRoot) && isSameHash(reached, toRoot)
}

/** Sizes may be past 32 bits, so these are no bit operations. */
function isRight(node: number): boolean {
  return node % 2 === 1
}

function above(node: number): number {
  return Math.floor(node / 2)
}
