/**
 * Merkle trees of BLAKE3. What is told of a tree is not its root but the 32 nodes five levels below it, its cap, which
 * makes every path shorter by five. Leaves and pairs of nodes differ in length, so neither is taken for the other.
 */

import { blake3Into } from './blake3.ts'
import { capBytes, hashBytes, trees, type TreeShape } from './layout.ts'

const pair = new Uint8Array(2 * hashBytes)
const node = new Uint8Array(hashBytes)

/** Where the leaf of an opening is, and which one it should be. */
export interface Opening {
  /** Of its leaf; its path follows. */
  readonly offset: number
  readonly index: number
}

/** Whether the leaf is in the tree whose cap the proof begins with. */
export function isOpened(proof: Uint8Array, tree: TreeShape, { offset, index }: Opening): boolean {
  blake3Into(proof, offset, tree.leafBytes, node, 0)
  let place = index
  for (let level = 0; level < tree.path; level++) {
    const right = place & 1
    const from = offset + tree.leafBytes + level * hashBytes
    for (let at = 0; at < hashBytes; at++) {
      pair[right * hashBytes + at] = node[at] ?? 0
      pair[(1 - right) * hashBytes + at] = proof[from + at] ?? 0
    }
    blake3Into(pair, 0, pair.length, node, 0)
    place >>= 1
  }
  const cap = capOffset(tree) + place * hashBytes
  return node.every((byte, at) => byte === proof[cap + at])
}

export function capOffset(tree: TreeShape): number {
  return trees.findIndex((one) => one === tree) * capBytes
}
