/**
 * The circuit "quota compliance": somebody who has a counter in a tree of commitments shows that it is below a limit
 * in an epoch, and tells neither the counter nor which of the tree's it is.
 *
 *     public   root of the tree · limit · epoch · binding context
 *     secret   key of the counter's owner · counter · blinding · place in the tree and path to the root
 *
 *     owner = H(id: key, 0)      leaf = H(leaf: owner, epoch, counter, blinding)      node = H(node: left, right)
 *
 * The three numbers have 64 bits, so limit − counter − 1 cannot come out right by running around the field.
 */

import { tag } from './field.ts'
import { hash, hashSums } from './poseidon.ts'
import { constant, minus, plus, R1cs, weighted, type Sum } from './r1cs.ts'

/** A tree of this depth has 8,192 counters, and the circuit just fits 4,096 constraints. */
export const depth = 13
const bits = 64

const ownerTag = tag('quota:id')
const leafTag = tag('quota:leaf')
const nodeTag = tag('quota:node')

export interface Counter {
  readonly key: bigint
  readonly epoch: bigint
  readonly used: bigint
  readonly blinding: bigint
}

export interface QuotaInputs {
  readonly root: bigint
  readonly limit: bigint
  readonly epoch: bigint
  readonly context: bigint
}

/** Where a leaf lies: for each level from the leaves up, whether it is the right one of two, and the other one. */
export interface Place {
  readonly isRight: readonly boolean[]
  readonly others: readonly bigint[]
}

export function leafOf({ key, epoch, used, blinding }: Counter): bigint {
  return hash(leafTag, hash(ownerTag, key, 0n), epoch, used, blinding)
}

/** The root of a tree that begins with these leaves, all others being 0, and the place of one of them. */
export function treeOf(leaves: readonly bigint[], index: number): { root: bigint; place: Place } {
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
      hash(nodeTag, below[2 * pair] ?? blank, below[2 * pair + 1] ?? blank),
    )
    empty = hash(nodeTag, blank, blank)
    at >>= 1
  }
  return { root: level[0] ?? empty, place: { isRight, others } }
}

/** The inputs in the order in which the verifier takes them. */
export function quotaInputs({ root, limit, epoch, context }: QuotaInputs): readonly bigint[] {
  return [root, limit, epoch, context]
}

export function quotaCircuit(inputs: QuotaInputs, counter: Omit<Counter, 'epoch'>, place: Place): R1cs {
  const circuit = new R1cs()
  const root = circuit.input(inputs.root)
  const limit = circuit.input(inputs.limit)
  const epoch = circuit.input(inputs.epoch)
  const context = circuit.input(inputs.context)
  const key = circuit.secret(counter.key)
  const used = circuit.secret(counter.used)
  const blinding = circuit.secret(counter.blinding)

  const owner = hashSums(circuit, ownerTag, key, constant(0n))
  const leaf = hashSums(circuit, leafTag, owner, epoch, used, blinding)
  circuit.equal(rootOver(circuit, leaf, place), root)

  within(circuit, used)
  within(circuit, limit)
  within(circuit, epoch)
  within(circuit, minus(minus(limit, used), constant(1n)))

  // Takes part in a constraint, so that the proof is about it.
  circuit.product(context, context)
  return circuit
}

function rootOver(circuit: R1cs, leaf: Sum, { isRight, others }: Place): Sum {
  return others.reduce<Sum>((node, value, height) => {
    const other = circuit.secret(value)
    const right = bit(circuit, isRight[height] === true)
    const left = plus(node, circuit.product(right, minus(other, node)))
    return hashSums(circuit, nodeTag, left, minus(plus(node, other), left))
  }, leaf)
}

/** Holds `sum` to 64 bits. */
function within(circuit: R1cs, sum: Sum): void {
  const value = circuit.valueOf(sum)
  const parts = Array.from({ length: bits }, (_, at): readonly [Sum, bigint] => [
    bit(circuit, ((value >> BigInt(at)) & 1n) === 1n),
    1n << BigInt(at),
  ])
  circuit.equal(weighted(parts), sum)
}

/** A secret that is 0 or 1. */
function bit(circuit: R1cs, value: boolean): Sum {
  const wire = circuit.secret(value ? 1n : 0n)
  circuit.constrain(wire, minus(wire, constant(1n)), constant(0n))
  return wire
}
