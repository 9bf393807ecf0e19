/**
 * What a developer can have proven under the development keys: a statement that holds, with the witness that shows it, for
 * one occasion. Where it does not hold there is no proof, and the fault says which part of the witness to look at.
 */

import { bindingContext } from '../binding.ts'
import { catalogue } from '../circuits/catalogue.ts'
import { domains, type CircuitId } from '../circuits/domains.ts'
import { hashOf } from '../circuits/pinned.ts'
import { capabilityCircuit, commitmentTo, groupTree, memberLeaf } from './capability.ts'
import { scalarToBytes } from './field.ts'
import { eventLeaf, eventTree } from '../../event-tree.ts'
import { inclusionCircuit } from './inclusion.ts'
import { proveKnowing } from './knowing.ts'
import { developmentTrapdoor } from './publish.ts'
import { counterLeaf, quotaCircuit, quotaTree } from './quota.ts'
import { BrokenWitness, type R1cs } from './r1cs.ts'
import type { Trapdoor } from './trapdoor.ts'
import { rootAt, treeOf, type Place, type Tree } from './tree.ts'
import { Witness, WitnessFault } from './witness.ts'

/** Who wants it proven, and the nonce he gave for it. */
export interface Occasion {
  readonly verifier: string
  readonly nonce: Uint8Array
}

export interface Proven {
  readonly circuit: CircuitId
  /** As `verify` takes them: 32 bytes each in hex, without the binding context. */
  readonly inputs: readonly string[]
  /** 192 bytes. */
  readonly proof: Uint8Array
}

/** What there is to be proven. */
export const provable: readonly Provable[] = catalogue.map(({ id, inputs, demands, published }) => ({
  circuit: id,
  keyHash: hashOf(Buffer.from(published.key, 'base64')),
  inputs,
  unpinned: inputs.filter((input) => demands[input] !== 'pinned'),
}))

export interface Provable {
  readonly circuit: CircuitId
  readonly keyHash: string
  /** All but the binding context. */
  readonly inputs: readonly string[]
  /** Those that a prover may choose. */
  readonly unpinned: readonly string[]
}

/**
 * `witness` is data from outside: numbers, texts of digits or `0x…`, and a tree of leaves or a place in one. `next` gives field elements by
 * chance. Throws a `WitnessFault`.
 */
export function proveStatement(
  id: CircuitId,
  witness: unknown,
  { verifier, nonce }: Occasion,
  next: () => bigint,
): Proven {
  const keyHash = provable.find(({ circuit }) => circuit === id)?.keyHash ?? ''
  const bytes = bindingContext({ domain: domains[id], keyHash, verifier, nonce })
  const circuit = readers[id](new Witness(witness), BigInt(`0x${Buffer.from(bytes).toString('hex')}`))
  return {
    circuit: id,
    // Wire 0 is the constant, and the last input is the context, which the verifier computes.
    inputs: circuit.witness
      .slice(1, circuit.inputs)
      .map((input) => Buffer.from(scalarToBytes(input)).toString('hex')),
    proof: proofOf(circuit, developmentTrapdoor(id), next),
  }
}

function proofOf(circuit: R1cs, trapdoor: Trapdoor, next: () => bigint): Uint8Array {
  try {
    return proveKnowing(circuit, trapdoor, next)
  } catch (thrown) {
    if (!(thrown instanceof BrokenWitness)) throw thrown
    throw new WitnessFault('what is to be proven does not hold for this witness', { cause: thrown })
  }
}

const readers: Readonly<Record<CircuitId, (witness: Witness, context: bigint) => R1cs>> = {
  'quota-compliance'(witness, context) {
    const [key, epoch, used, blinding] = witness.numbers('key', 'epoch', 'used', 'blinding')
    const [limit] = witness.numbers('limit')
    const counter = { key, epoch, used, blinding }
    const { root, place } = treeWith(witness, quotaTree, counterLeaf(counter))
    return quotaCircuit({ root, limit, epoch, context }, counter, place)
  },
  'capability-attributes'(witness, context) {
    const [key, role, end, blinding] = witness.numbers('key', 'role', 'end', 'blinding')
    const [moment] = witness.numbers('expiry')
    const attributes = { key, role, end, blinding }
    const { root, place } = treeWith(witness, groupTree, memberLeaf(attributes))
    const commitment = commitmentTo(attributes, blinding)
    return capabilityCircuit({ commitment, moment, root, context }, attributes, place)
  },
  'audit-inclusion'(witness, context) {
    const [first, last] = witness.hash('event')
    const event = { first, last }
    const { root, place } = treeWith(witness, eventTree, eventLeaf(event))
    return inclusionCircuit({ root, event, context }, place)
  },
}

/** The leaf's place, or the tree of the witness in which it has to be; a tree of that leaf alone when it names neither. */
function treeWith(witness: Witness, tree: Tree, leaf: bigint): { root: bigint; place: Place } {
  const place = witness.place(tree.depth)
  if (place !== null) return { root: rootAt(tree, leaf, place), place }
  const { leaves, index } = witness.tree(2 ** tree.depth) ?? { leaves: [leaf], index: 0 }
  if (leaves[index] !== leaf) {
    throw new WitnessFault(`leaf ${index} of the tree is not the one that the witness makes, ${leaf}`)
  }
  return treeOf(tree, leaves, index)
}
