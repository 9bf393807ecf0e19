/** The tree of events over Poseidon2: its root from its leaves, and the way to the root from one of them. */

import { compress } from '../../stark/poseidon2.ts'
import { depth, digestElements } from '../../stark/parameters.ts'

/** Where a leaf lies: for each level from the leaves up, whether it is the right one of two, and the other one. */
export interface Place {
  readonly isRight: readonly boolean[]
  readonly others: readonly (readonly number[])[]
}

interface Placed {
  readonly root: readonly number[]
  readonly place: Place
}

const nothing: readonly number[] = Array.from({ length: digestElements }, () => 0)

/** Leaves that are missing are eight zeros. */
export function placeIn(leaves: readonly (readonly number[])[], index: number): Placed {
  let [level, empty, at] = [leaves, nothing, index]
  const isRight: boolean[] = []
  const others: (readonly number[])[] = []
  for (let height = 0; height < depth; height++) {
    isRight.push(at % 2 === 1)
    others.push(level[at ^ 1] ?? empty)
    const [below, blank] = [level, empty]
    level = Array.from({ length: Math.ceil(below.length / 2) }, (_, pair) =>
      compress([...(below[2 * pair] ?? blank), ...(below[2 * pair + 1] ?? blank)]),
    )
    empty = compress([...blank, ...blank])
    at >>= 1
  }
  return { root: level[0] ?? empty, place: { isRight, others } }
}

/** A digest as public inputs are written: 4 bytes big-endian for each element. */
export function bytesOf(digest: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * digest.length)
  const view = new DataView(bytes.buffer)
  for (const [at, element] of digest.entries()) view.setUint32(4 * at, element)
  return bytes
}
