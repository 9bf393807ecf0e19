/** Proofs of strangers of the experimental system: bytes are refused for a reason there is, or they are the honest proof. */

import assert from 'node:assert/strict'
import { goodClaim } from '../proving/stark/claims.fixture.ts'
import { faults } from '../snark/verifier.ts'
import { proofBytes } from './layout.ts'
import { claimFault } from './looks.ts'
import { parameters } from './parameters.ts'
import { openStark } from './stark.ts'

const verifier = await openStark(Buffer.from(parameters))
const { proof, inputs } = goodClaim()
const honest = Buffer.concat([...inputs, proof])
const inputBytes = 32
const inputsBytes = inputBytes * inputs.length

/** The inputs, then the proof. */
export const seeds: readonly Uint8Array[] = [
  honest,
  Buffer.from(honest).fill(0xff, inputsBytes),
  honest.subarray(0, -1),
]

export function run(input: Uint8Array): void {
  const claim = {
    proof: input.subarray(inputsBytes),
    inputs: inputs.map((_, at) => input.subarray(at * inputBytes, (at + 1) * inputBytes)),
  }
  const [verdict = null] = verifier.verify([claim], new Uint8Array(0))
  assert.ok(verdict === null || faults.includes(verdict))
  if (claim.proof.length !== proofBytes) assert.equal(claimFault(claim, inputs.length), 'length')
  if (verdict === null)
    assert.equal(Buffer.compare(input, honest), 0, 'something else than the honest proof passes')
}
