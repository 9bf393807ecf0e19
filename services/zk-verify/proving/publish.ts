/**
 * Makes what a circuit publishes: its verifying key, and a proof to test verifiers with. All of it follows from a seed
 * that stands here for everybody to read, so it can be made again and compared, and proves nothing to anybody who
 * has an interest: see `trapdoor.ts`.
 */

import { bindingContext } from '../binding.ts'
import type { Published } from '../circuits/circuit.ts'
import { hashOf } from '../circuits/pinned.ts'
import { quotaDomain } from '../circuits/quota-domain.ts'
import { scalarToBytes } from './field.ts'
import { prove, provingKey, verifyingKey } from './groth16.ts'
import { leafOf, quotaCircuit, quotaInputs, treeOf, type Counter, type QuotaInputs } from './quota.ts'
import type { R1cs } from './r1cs.ts'
import { seeded, trapdoorFrom } from './trapdoor.ts'

/** What the development key of quota compliance is made from. */
export const quotaTrapdoor = trapdoorFrom('ron zk development quota-compliance 1')

/** A counter in a small tree, and the circuit that shows it to be below `limit`. */
export function quotaSample(counter: Counter, limit: bigint, context: bigint): readonly [QuotaInputs, R1cs] {
  const { root, place } = treeOf([1n, 2n, leafOf(counter), 3n], 2)
  const inputs = { root, limit, epoch: counter.epoch, context }
  return [inputs, quotaCircuit(inputs, counter, place)]
}

/** Takes a minute or two: the prover's key has some twenty thousand points. */
export function publishQuota(): Published {
  const next = seeded('ron zk development quota-compliance sample')
  const counter = { key: next(), epoch: 20_260n, used: 41n, blinding: next() }
  const [, anyCircuit] = quotaSample(counter, 100n, 0n)
  const key = verifyingKey(anyCircuit, quotaTrapdoor)
  const context = bindingContext({
    domain: quotaDomain,
    keyHash: hashOf(key),
    verifier: 'self-test',
    nonce: new Uint8Array(16),
  })
  const [inputs, circuit] = quotaSample(counter, 100n, BigInt(`0x${Buffer.from(context).toString('hex')}`))
  const proof = prove(circuit, provingKey(circuit, quotaTrapdoor), next)
  return {
    key: toBase64(key),
    proof: toBase64(proof),
    inputs: quotaInputs(inputs).map((input) => toBase64(scalarToBytes(input))),
  }
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
