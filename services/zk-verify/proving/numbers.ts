/**
 * Numbers of a fixed length in a circuit. The field is longer than any of them by so much that a difference of two which
 * has as few bits again cannot have come out right by running around the field.
 */

import { constant, minus, weighted, type R1cs, type Sum } from './r1cs.ts'

/** Holds `sum` to `bits` bits, in one constraint for each and one more. */
export function within(circuit: R1cs, sum: Sum, bits: number): void {
  const value = circuit.valueOf(sum)
  const parts = Array.from({ length: bits }, (_, at): readonly [Sum, bigint] => [
    bit(circuit, ((value >> BigInt(at)) & 1n) === 1n),
    1n << BigInt(at),
  ])
  circuit.equal(weighted(parts), sum)
}

/** A secret that is 0 or 1. */
export function bit(circuit: R1cs, value: boolean): Sum {
  const wire = circuit.secret(value ? 1n : 0n)
  circuit.constrain(wire, minus(wire, constant(1n)), constant(0n))
  return wire
}
