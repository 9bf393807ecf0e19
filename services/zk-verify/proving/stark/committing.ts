/** Merkle trees as the prover builds them: all of the levels down to the leaves, to be opened where it is asked. */

import { blake3Into } from '../../stark/blake3.ts'
import { hashBytes, type TreeShape } from '../../stark/layout.ts'
import { capNodes } from '../../stark/parameters.ts'

interface Committed {
  readonly leaves: number
  /** The 32 nodes that are told. */
  readonly cap: Uint8Array
  /** A leaf and its path, as they stand in a proof. */
  readonly open: (index: number) => Uint8Array
}

/** `leafAt` gives the elements of a leaf; `salts` has the salt of each. */
export function commit(
  shape: TreeShape,
  leafAt: (index: number) => readonly number[],
  salts: Uint8Array,
): Committed {
  const leaves = new Uint8Array(shape.leaves * shape.leafBytes)
  const view = new DataView(leaves.buffer)
  for (let index = 0; index < shape.leaves; index++) {
    const offset = index * shape.leafBytes
    for (const [at, element] of leafAt(index).entries()) view.setUint32(offset + 4 * at, element, true)
    leaves.set(salts.subarray(index * shape.salt, (index + 1) * shape.salt), offset + 4 * shape.elements)
  }
  const levels = [new Uint8Array(shape.leaves * hashBytes)]
  for (let index = 0; index < shape.leaves; index++) {
    blake3Into(leaves, index * shape.leafBytes, shape.leafBytes, levels[0] ?? leaves, index * hashBytes)
  }
  for (let count = shape.leaves / 2; count >= capNodes; count /= 2) {
    const below = levels.at(-1) ?? leaves
    const level = new Uint8Array(count * hashBytes)
    for (let at = 0; at < count; at++)
      blake3Into(below, 2 * at * hashBytes, 2 * hashBytes, level, at * hashBytes)
    levels.push(level)
  }
  return {
    leaves: shape.leaves,
    cap: levels.at(-1) ?? leaves,
    open: (index) =>
      Buffer.concat([
        leaves.subarray(index * shape.leafBytes, (index + 1) * shape.leafBytes),
        ...levels.slice(0, -1).map((level, height) => {
          const beside = (index >> height) ^ 1
          return level.subarray(beside * hashBytes, (beside + 1) * hashBytes)
        }),
      ]),
  }
}
