/** What anybody can make of a Groth16 proof without knowing anything: another one of the same statement, (kA, B/k, C). */

import { bls12_381 } from '@noble/curves/bls12-381.js'
import { inverse } from '../proving/field.ts'
import { proofToBytes } from '../proving/points.ts'
import { proofParts } from './groth16-bytes.ts'

const { G1, G2 } = bls12_381
const factor = 7n

export function rerandomised(proof: Uint8Array): Uint8Array {
  const { a, b, c } = proofParts(proof)
  return proofToBytes(
    G1.Point.fromBytes(a).multiply(factor),
    G2.Point.fromBytes(b).multiply(inverse(factor)),
    G1.Point.fromBytes(c),
  )
}
