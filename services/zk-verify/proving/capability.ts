/**
 * The circuit "capability attributes": somebody who holds a capability shows that its role is one of a group's and that
 * it lasts until a moment at least, and tells neither the role nor who it is or when exactly the capability ends.
 *
 *     public   commitment to the capability · moment · root of the group's tree · binding context
 *     secret   key of the holder · role · end of the capability · blinding · place in the tree and path to the root
 *
 *     holder = H(id: key, 0)                          member = H(leaf: holder, role, end, 0)
 *     commitment = H(com: holder, role, end, blinding)  node = H(node: left, right)
 *
 * Whoever keeps the group puts a member into the tree for each capability it gave out. The commitment is the holder's own:
 * with another blinding it is another one, and none of them can be told to be of the same holder.
 */

import { hash, tag } from '../../poseidon.ts'
import { within } from './numbers.ts'
import { hashSums } from './poseidon.ts'
import { constant, minus, R1cs } from './r1cs.ts'
import { rootOver, treeOf, type Place } from './tree.ts'

/** It has 4,096 places, and the circuit just fits 4,096 constraints. */
export const groupTree = { tag: tag('cap:node'), depth: 12 }
const bits = 64

const holderTag = tag('cap:id')
const memberTag = tag('cap:leaf')
const commitmentTag = tag('cap:com')

export interface Attributes {
  readonly key: bigint
  readonly role: bigint
  /** Seconds since 1970, as the moment is. */
  readonly end: bigint
}

export interface CapabilityInputs {
  readonly commitment: bigint
  readonly moment: bigint
  readonly root: bigint
  readonly context: bigint
}

export function memberLeaf({ key, role, end }: Attributes): bigint {
  return hash(memberTag, hash(holderTag, key, 0n), role, end, 0n)
}

export function commitmentTo({ key, role, end }: Attributes, blinding: bigint): bigint {
  return hash(commitmentTag, hash(holderTag, key, 0n), role, end, blinding)
}

export function capabilityCircuit(
  inputs: CapabilityInputs,
  attributes: Attributes & { readonly blinding: bigint },
  place: Place,
): R1cs {
  const circuit = new R1cs()
  const commitment = circuit.input(inputs.commitment)
  const moment = circuit.input(inputs.moment)
  const root = circuit.input(inputs.root)
  const context = circuit.input(inputs.context)
  const key = circuit.secret(attributes.key)
  const role = circuit.secret(attributes.role)
  const end = circuit.secret(attributes.end)
  const blinding = circuit.secret(attributes.blinding)

  const holder = hashSums(circuit, holderTag, key, constant(0n))
  const member = hashSums(circuit, memberTag, holder, role, end, constant(0n))
  circuit.equal(rootOver(circuit, groupTree, member, place), root)
  circuit.equal(hashSums(circuit, commitmentTag, holder, role, end, blinding), commitment)

  within(circuit, moment, bits)
  within(circuit, end, bits)
  within(circuit, minus(end, moment), bits)

  // Takes part in a constraint, so that the proof is about it.
  circuit.product(context, context)
  return circuit
}

/** A capability for role 7, of a group of four, an hour before it ends. */
export function capabilitySample(next: () => bigint, context: bigint): R1cs {
  const attributes = { key: next(), role: 7n, end: 1_800_000_000n, blinding: next() }
  const { root, place } = treeOf(groupTree, [1n, 2n, memberLeaf(attributes), 3n], 2)
  const commitment = commitmentTo(attributes, attributes.blinding)
  return capabilityCircuit({ commitment, moment: 1_799_996_400n, root, context }, attributes, place)
}
