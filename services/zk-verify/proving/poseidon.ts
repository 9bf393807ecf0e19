/**
 * Poseidon over the scalar field of BLS12-381 (Grassi et al., "Poseidon", USENIX Security 2021), as a function and as
 * constraints. Its parameters are the reference ones for 128 bits: x⁵, 8 full rounds, and 57 partial rounds at width
 * 3 or 60 at width 5, with constants from the Grain LFSR. Libraries with other numbers of rounds compute another hash.
 *
 * A hash of n values is one permutation of [tag, x₁ … xₙ], of which the first element is the answer. The tag says what
 * is hashed, so a hash of one kind is never taken for one of another.
 */

import { bls12_381 } from '@noble/curves/bls12-381.js'
import { grainGenConstants, poseidon } from '@noble/curves/abstract/poseidon.js'
import { constant, plus, weighted, type R1cs, type Sum } from './r1cs.ts'

const roundsFull = 8

interface Width {
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

/** The hash of 2 or 4 values. */
export function hash(tag: bigint, ...values: readonly bigint[]): bigint {
  return permute([tag, ...values])[0] ?? 0n
}

/** The same in a circuit: 243 constraints for 2 values, 300 for 4. */
export function hashSums(circuit: R1cs, tag: bigint, ...values: readonly Sum[]): Sum {
  return permuteSums(circuit, [constant(tag), ...values])[0] ?? constant(0n)
}

function permuteSums(circuit: R1cs, start: readonly Sum[]): readonly Sum[] {
  const { roundsPartial, roundConstants, matrix } = widthOf(start.length)
  return roundConstants.reduce<readonly Sum[]>((state, constants, round) => {
    const full = round < roundsFull / 2 || round >= roundsFull / 2 + roundsPartial
    const boxed = state.map((sum, at) => {
      const shifted = plus(sum, constant(constants[at] ?? 0n))
      return full || at === 0 ? fifthPower(circuit, shifted) : shifted
    })
    // The linear layer costs no constraint: a sum of sums is a sum.
    return matrix.map((row) => weighted(boxed.map((sum, at) => [sum, row[at] ?? 0n])))
  }, start)
}

function fifthPower(circuit: R1cs, x: Sum): Sum {
  const square = circuit.product(x, x)
  return circuit.product(circuit.product(square, square), x)
}

function widthOf(t: number): Width {
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
