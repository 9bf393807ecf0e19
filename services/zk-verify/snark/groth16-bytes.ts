/**
 * How a Groth16 proof and a verifying key lie in bytes, and what can be said against them without arithmetic.
 *
 *     proof  A 48 │ B 96 │ C 48
 *     key    α 48 │ β 96 │ γ 96 │ δ 96 │ one point of 48 for the constant 1 and for each public input
 */

import { g1Bytes, g2Bytes, isScalar, pointFault } from './encoding.ts'
import { KeyFault, type Claim, type Verdict } from './verifier.ts'

export const proofBytes = g1Bytes + g2Bytes + g1Bytes
const keyHeadBytes = g1Bytes + 3 * g2Bytes
/** A circuit with more should hash them into one: each costs its verifier a multiplication. */
const inputsMax = 16

export interface ProofParts {
  readonly a: Uint8Array
  readonly b: Uint8Array
  readonly c: Uint8Array
}

export interface KeyParts {
  readonly alpha: Uint8Array
  readonly beta: Uint8Array
  readonly gamma: Uint8Array
  readonly delta: Uint8Array
  /** The constant's, then those of the inputs. */
  readonly inputs: readonly Uint8Array[]
}

/** The three points of a proof of the right length. */
export function proofParts(proof: Uint8Array): ProofParts {
  return {
    a: proof.subarray(0, g1Bytes),
    b: proof.subarray(g1Bytes, g1Bytes + g2Bytes),
    c: proof.subarray(g1Bytes + g2Bytes),
  }
}

/** What is wrong with a claim by its looks. `inputs` is how many public inputs the circuit has. */
export function claimFault(claim: Claim, inputs: number): Verdict {
  if (claim.proof.length !== proofBytes) return 'length'
  if (claim.inputs.length !== inputs) return 'inputs'
  if (!claim.inputs.every(isScalar)) return 'range'
  const { a, b, c } = proofParts(claim.proof)
  return pointFault(a) ?? pointFault(b) ?? pointFault(c)
}

/** The points of a key. Throws a `KeyFault` on bytes of a length that no key has. */
export function keyParts(key: Uint8Array): KeyParts {
  const inputBytes = key.length - keyHeadBytes
  const points = inputBytes / g1Bytes
  if (!Number.isInteger(points) || points < 2 || points > inputsMax + 1) {
    throw new KeyFault(
      `a verifying key of ${key.length} bytes: it has ${keyHeadBytes} bytes and ${g1Bytes} for the constant ` +
        `and for each of 1 to ${inputsMax} public inputs`,
    )
  }
  const g2At = (index: number) => key.subarray(g1Bytes + index * g2Bytes, g1Bytes + (index + 1) * g2Bytes)
  return {
    alpha: key.subarray(0, g1Bytes),
    beta: g2At(0),
    gamma: g2At(1),
    delta: g2At(2),
    inputs: Array.from({ length: points }, (_, index) =>
      key.subarray(keyHeadBytes + index * g1Bytes, keyHeadBytes + (index + 1) * g1Bytes),
    ),
  }
}

/** How many public inputs a key is for. Throws a `KeyFault`. */
export function inputsOf(key: Uint8Array): number {
  return keyParts(key).inputs.length - 1
}
