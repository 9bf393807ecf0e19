/**
 * A Merkle tree of fixed depth over Poseidon, as a function and as constraints: node = H(tag: left, right), and leaves
 * that are missing are 0. Which leaf it is and what lies beside it stays secret; the root is what is told.
 */

import { hash } from '../../poseidon.ts'
import { bit } from './numbers.ts'
import { hashSums } from './poseidon.ts'
import { minus, plus, type R1cs, type Sum } from './r1cs.ts'

export interface Tree {
  readonly tag: bigint
  readonly depth: number
}

/** Where a leaf lies: for each level from the leaves up, whether it is the right one of two, and the other one. */
export interface Place {
  readonly isRight: readonly boolean[]
  readonly others: readonly bigint[]
}

/** The root of a tree that begins with these leaves, and the place of one of them. */
export function treeOf(
  { tag, depth }: Tree,
  leaves: readonly bigint[],
  index: number,
): { root: bigint; place: Place } {
  let level = [...leaves]
  let empty = 0n
  let at = index
  const isRight: boolean[] = []
  const others: bigint[] = []
  for (let height = 0; height < depth; height++) {
    isRight.push(at % 2 === 1)
    others.push(level[at ^ 1] ?? empty)
    const [below, blank] = [level, empty]
    level = Array.from({ length: Math.ceil(below.length / 2) }, (_, pair) =>
      hash(tag, below[2 * pair] ?? blank, below[2 * pair + 1] ?? blank),
    )
    empty = hash(tag, blank, blank)
    at >>= 1
  }
  return { root: level[0] ?? empty, place: { isRight, others } }
}

/** The root over a leaf from its place. */
export function rootAt({ tag }: Tree, leaf: bigint, { isRight, others }: Place): bigint {
  return others.reduce(
    (node, other, height) => (isRight[height] === true ? hash(tag, other, node) : hash(tag, node, other)),
    leaf,
  )
}

/** The same in a circuit: 246 constraints for each level. */
export function rootOver(circuit: R1cs, { tag }: Tree, leaf: Sum, { isRight, others }: Place): Sum {
  return others.reduce<Sum>((node, value, height) => {
    const other = circuit.secret(value)
    const right = bit(circuit, isRight[height] === true)
    const left = plus(node, circuit.product(right, minus(other, node)))
    return hashSums(circuit, tag, left, minus(plus(node, other), left))
  }, leaf)
}
