/** Poseidon as constraints: what `poseidon.ts` of the services computes, in a circuit. */

import { roundsFull, widthOf } from '../../poseidon.ts'
import { constant, plus, weighted, type R1cs, type Sum } from './r1cs.ts'

/** A hash of 2 or 4 values: 243 constraints for 2 values, 300 for 4. */
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
