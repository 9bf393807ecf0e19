/**
 * Proofs of strangers: bytes are refused for a reason there is, or they prove what was proven. No change of the public
 * inputs passes, and what passes is also taken by the other verifier.
 */

import assert from 'node:assert/strict'
import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'
import { goodClaim, productsKey } from '../proving/products.fixture.ts'
import { g1Bytes, g2Bytes, scalarBytes } from './encoding.ts'
import { openGroth16 } from './groth16.ts'
import { holds } from './groth16.oracle.ts'
import { claimFault, proofBytes } from './groth16-bytes.ts'
import { faults, weightBytes, type Claim } from './verifier.ts'

const verifier = await openGroth16(productsKey)
const random = seededRandom()
const honest = goodClaim(35n, 12n, 99n)
const inputs = Buffer.concat(honest.inputs)

/** The proof, then the inputs. */
export const seeds: readonly Uint8Array[] = [
  Buffer.concat([honest.proof, inputs]),
  Buffer.concat([honest.proof.map((byte, at) => (at === 0 ? byte | 0x40 : byte)), inputs]),
  Buffer.concat([new Uint8Array(g1Bytes + g2Bytes + g1Bytes).fill(0x80), inputs]),
  honest.proof,
]

export function run(input: Uint8Array): void {
  const claim = claimOf(input)
  const look = claimFault(claim, honest.inputs.length)
  const [verdict = null] = verifier.verify([claim], random.bytes(weightBytes))
  assert.ok(verdict === null || faults.includes(verdict))
  if (look !== null) assert.equal(verdict, look)
  if (verdict !== null) return
  assert.ok(holds(productsKey, claim), 'the other verifier refuses it')
  assert.equal(Buffer.compare(Buffer.concat(claim.inputs), inputs), 0, 'it proves something else')
}

function claimOf(input: Uint8Array): Claim {
  const scalars = input.subarray(proofBytes)
  const count = Math.ceil(scalars.length / scalarBytes)
  return {
    proof: input.subarray(0, proofBytes),
    inputs: Array.from({ length: count }, (_, at) =>
      scalars.subarray(at * scalarBytes, (at + 1) * scalarBytes),
    ),
  }
}
