/**
 * Poseidon over the scalar field of BLS12-381 (Grassi et al., "Poseidon", USENIX Security 2021). Its parameters are the
 * reference ones for 128 bits: x⁵, 8 full rounds, and 57 partial rounds at width 3 or 60 at width 5, with constants from
 * the Grain LFSR. Libraries with other numbers of rounds compute another hash.
 *
 * A hash of n values is one permutation of [tag, x₁ … xₙ], of which the first element is the answer. The tag says what
 * is hashed, so a hash of one kind is never taken for one of another.
 */

import { bls12_381 } from '@noble/curves/bls12-381.js'
import { grainGenConstants, poseidon } from '@noble/curves/abstract/poseidon.js'

export const roundsFull = 8

/** What a permutation of one width is made of. */
export interface Width {
  readonly roundsPartial: number
  readonly roundConstants: readonly (readonly bigint[])[]
  readonly matrix: readonly (readonly bigint[])[]
  readonly permute: (state: bigint[]) => bigint[]
}

const widths = new Map([
  [3, width(3, 57)],
  [5, width(5, 60)],
])

/** Permutes 3 or 5 field elements. */
export function permute(state: readonly bigint[]): bigint[] {
  return widthOf(state.length).permute([...state])
}

/** The hash of 2 or 4 values: a quarter of a millisecond. */
export function hash(tag: bigint, ...values: readonly bigint[]): bigint {
  return permute([tag, ...values])[0] ?? 0n
}

/** The field element that a short text names: its bytes as one big-endian number. */
export function tag(text: string): bigint {
  return BigInt(`0x${Buffer.from(text, 'ascii').toString('hex')}`)
}

/** Throws where there are no parameters for a state of so many elements. */
export function widthOf(t: number): Width {
  const found = widths.get(t)
  if (found === undefined) throw new Error(`no parameters for a state of ${t}; there are those for 3 and 5`)
  return found
}

function width(t: number, roundsPartial: number): Width {
  const basic = { Fp: bls12_381.fields.Fr, t, roundsFull, roundsPartial, sboxPower: 5 }
  const { roundConstants, mds } = grainGenConstants(basic)
  return {
    roundsPartial,
    roundConstants,
    matrix: mds,
    permute: poseidon({ ...basic, roundConstants, mds }),
  }
}
