/**
 * Makes what a circuit publishes: its verifying key, and a proof to test verifiers with. All of it follows from a seed
 * that stands here for everybody to read, so it can be made again and compared, and proves nothing to anybody who
 * has an interest: see `trapdoor.ts`.
 */

import { bindingContext } from '../binding.ts'
import type { Published } from '../circuits/circuit.ts'
import { domains, type CircuitId } from '../circuits/domains.ts'
import { hashOf } from '../circuits/pinned.ts'
import { capabilitySample } from './capability.ts'
import { scalarToBytes } from './field.ts'
import { prove, provingKey, verifyingKey } from './groth16.ts'
import { inclusionSample } from './inclusion.ts'
import { quotaSample } from './quota.ts'
import type { R1cs } from './r1cs.ts'
import { seeded, trapdoorFrom, type Trapdoor } from './trapdoor.ts'

/** Something that holds, and what is chosen in it by chance. */
export const samples: Readonly<Record<CircuitId, (next: () => bigint, context: bigint) => R1cs>> = {
  'quota-compliance': quotaSample,
  'capability-attributes': capabilitySample,
  'audit-inclusion': inclusionSample,
}

/** What the development key of a circuit is made from. */
export function developmentTrapdoor(id: CircuitId): Trapdoor {
  return trapdoorFrom(`ron zk development ${id} 1`)
}

/** Takes a minute or two: the prover's key has some twenty thousand points. */
export function publish(id: CircuitId): Published {
  const seed = `ron zk development ${id} sample`
  const trapdoor = developmentTrapdoor(id)
  const key = verifyingKey(samples[id](seeded(seed), 0n), trapdoor)
  const context = bindingContext({
    domain: domains[id],
    keyHash: hashOf(key),
    verifier: 'self-test',
    nonce: new Uint8Array(16),
  })
  const next = seeded(seed)
  const circuit = samples[id](next, BigInt(`0x${Buffer.from(context).toString('hex')}`))
  return {
    key: toBase64(key),
    proof: toBase64(prove(circuit, provingKey(circuit, trapdoor), next)),
    inputs: circuit.witness.slice(1, circuit.inputs + 1).map((input) => toBase64(scalarToBytes(input))),
  }
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
