/**
 * The circuit "quota compliance": somebody who has a counter in a tree of commitments shows that it is below a limit
 * in an epoch, and tells neither the counter nor which of the tree's it is.
 *
 *     public   root of the tree · limit · epoch · binding context
 *     secret   key of the counter's owner · counter · blinding · place in the tree and path to the root
 *
 *     owner = H(id: key, 0)      leaf = H(leaf: owner, epoch, counter, blinding)      node = H(node: left, right)
 */

import { hash, tag } from '../../poseidon.ts'
import { within } from './numbers.ts'
import { hashSums } from './poseidon.ts'
import { constant, minus, R1cs } from './r1cs.ts'
import { rootOver, treeOf, type Place } from './tree.ts'

/** It has 8,192 places, and the circuit just fits 4,096 constraints. */
export const quotaTree = { tag: tag('quota:node'), depth: 13 }
const bits = 64

const ownerTag = tag('quota:id')
const leafTag = tag('quota:leaf')

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

export function counterLeaf({ key, epoch, used, blinding }: Counter): bigint {
  return hash(leafTag, hash(ownerTag, key, 0n), epoch, used, blinding)
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
  circuit.equal(rootOver(circuit, quotaTree, leaf, place), root)

  within(circuit, used, bits)
  within(circuit, limit, bits)
  within(circuit, epoch, bits)
  within(circuit, minus(minus(limit, used), constant(1n)), bits)

  // Takes part in a constraint, so that the proof is about it.
  circuit.product(context, context)
  return circuit
}

/** A counter of 41 in a small tree, below a limit of 100. */
export function quotaSample(next: () => bigint, context: bigint): R1cs {
  const counter = { key: next(), epoch: 20_260n, used: 41n, blinding: next() }
  const { root, place } = treeOf(quotaTree, [1n, 2n, counterLeaf(counter), 3n], 2)
  return quotaCircuit({ root, limit: 100n, epoch: counter.epoch, context }, counter, place)
}
