/** Groth16 as its paper writes it, one proof at a time, over another library: what `groth16.ts` is compared with. */

import { bls12_381 } from '@noble/curves/bls12-381.js'
import { keyParts, proofBytes, proofParts } from './groth16-bytes.ts'
import type { Claim } from './verifier.ts'

const G1 = bls12_381.G1.Point
const G2 = bls12_381.G2.Point
const { Fp12, Fr } = bls12_381.fields

/** Whether the claim holds, whatever is wrong with it if not. */
export function holds(key: Uint8Array, { proof, inputs }: Claim): boolean {
  const parts = keyParts(key)
  if (proof.length !== proofBytes || inputs.length !== parts.inputs.length - 1) return false
  try {
    const { a, b, c } = proofParts(proof)
    const [pointA, pointB, pointC] = [g1(a), g2(b), g1(c)]
    const [constant, ...others] = parts.inputs.map(g1)
    const x = others.reduce((sum, point, at) => {
      const input = scalar(inputs[at])
      return input === 0n ? sum : sum.add(point.multiplyUnsafe(input))
    }, constant ?? G1.ZERO)
    const product = bls12_381.pairingBatch([
      { g1: pointA, g2: pointB },
      { g1: g1(parts.alpha).negate(), g2: g2(parts.beta) },
      { g1: x.negate(), g2: g2(parts.gamma) },
      { g1: pointC.negate(), g2: g2(parts.delta) },
    ])
    return Fp12.eql(product, Fp12.ONE)
  } catch {
    // It throws on everything that is no canonical point of the group, and on pairings with infinity.
    return false
  }
}

/** Throws on what is not 32 bytes of a number below r; `Fr.fromBytes` would reduce it. */
function scalar(bytes: Uint8Array | undefined): bigint {
  const value = bytes?.length === 32 ? BigInt(`0x${Buffer.from(bytes).toString('hex')}`) : -1n
  if (!Fr.isValid(value)) throw new RangeError('not a scalar')
  return value
}

function g1(bytes: Uint8Array) {
  const point = G1.fromBytes(bytes)
  point.assertValidity()
  return point
}

function g2(bytes: Uint8Array) {
  const point = G2.fromBytes(bytes)
  point.assertValidity()
  return point
}
