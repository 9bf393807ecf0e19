/**
 * The circuit "audit inclusion": somebody shows that an event is in a log, and tells neither where nor what lies beside it.
 *
 *     public   root of the log's tree · hash of the event, its first and its last 16 bytes · binding context
 *     secret   place in the tree and path to the root
 *
 *     leaf = H(leaf: first, last)      node = H(node: left, right)
 *
 * The hash has 256 bits and a field element fewer, so it takes two.
 */

import { eventLeaf, eventLeafTag, eventTree, type EventHash } from '../../event-tree.ts'
import { within } from './numbers.ts'
import { hashSums } from './poseidon.ts'
import { R1cs } from './r1cs.ts'
import { rootOver, treeOf, type Place } from './tree.ts'

// The circuit just fits 4,096 constraints with the tree's 14 levels.
const bits = 128

export interface InclusionInputs {
  readonly root: bigint
  readonly event: EventHash
  readonly context: bigint
}

export function inclusionCircuit(inputs: InclusionInputs, place: Place): R1cs {
  const circuit = new R1cs()
  const root = circuit.input(inputs.root)
  const first = circuit.input(inputs.event.first)
  const last = circuit.input(inputs.event.last)
  const context = circuit.input(inputs.context)

  circuit.equal(rootOver(circuit, eventTree, hashSums(circuit, eventLeafTag, first, last), place), root)

  within(circuit, first, bits)
  within(circuit, last, bits)

  // Takes part in a constraint, so that the proof is about it.
  circuit.product(context, context)
  return circuit
}

/** One of four events. */
export function inclusionSample(next: () => bigint, context: bigint): R1cs {
  const half = () => next() % 2n ** BigInt(bits)
  const event = { first: half(), last: half() }
  const { root, place } = treeOf(eventTree, [1n, 2n, eventLeaf(event), 3n], 2)
  return inclusionCircuit({ root, event, context }, place)
}
