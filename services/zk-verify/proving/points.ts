/** Points of BLS12-381 as a setup and a prover need them: multiples of the generators by the thousand, and bytes. */

import { bls12_381 } from '@noble/curves/bls12-381.js'
import { pippenger } from '@noble/curves/abstract/curve.js'
import type { WeierstrassPoint } from '@noble/curves/abstract/weierstrass.js'

const G1 = bls12_381.G1.Point
const G2 = bls12_381.G2.Point

export type G1Point = typeof G1.BASE
export type G2Point = typeof G2.BASE

/** Multiples of the generator of G1 by numbers below r. */
export const g1Times = multiplier(G1.BASE, G1.ZERO)
/** The same for G2. */
export const g2Times = multiplier(G2.BASE, G2.ZERO)

/** Σ scalar · point; of nothing, the point at infinity. */
export function g1Sum(points: readonly G1Point[], scalars: readonly bigint[]): G1Point {
  return points.length === 0 ? G1.ZERO : pippenger(G1, [...points], [...scalars])
}

export function g2Sum(points: readonly G2Point[], scalars: readonly bigint[]): G2Point {
  return points.length === 0 ? G2.ZERO : pippenger(G2, [...points], [...scalars])
}

export function proofToBytes(a: G1Point, b: G2Point, c: G1Point): Uint8Array {
  return Buffer.concat([a.toBytes(true), b.toBytes(true), c.toBytes(true)])
}

/**
 * A multiple is the sum of one entry for each byte of the scalar. The table takes as long as some thirty
 * multiplications, and is made when the first is asked for.
 */
function multiplier<F>(
  base: WeierstrassPoint<F>,
  zero: WeierstrassPoint<F>,
): (scalar: bigint) => WeierstrassPoint<F> {
  let table: WeierstrassPoint<F>[][] | null = null
  return (scalar) => {
    table ??= tableOf(base, zero)
    let total = zero
    for (const [at, multiples] of table.entries()) {
      const byte = Number((scalar >> BigInt(8 * at)) & 0xffn)
      if (byte !== 0) total = total.add(multiples[byte] ?? zero)
    }
    return total
  }
}

function tableOf<F>(base: WeierstrassPoint<F>, zero: WeierstrassPoint<F>): WeierstrassPoint<F>[][] {
  const table: WeierstrassPoint<F>[][] = []
  for (let at = 0, step = base; at < 32; at++) {
    const multiples = [zero]
    for (let count = 1; count <= 256; count++) multiples.push((multiples[count - 1] ?? zero).add(step))
    step = multiples[256] ?? zero
    table.push(multiples)
  }
  return table
}
