/**
 * The proof of a witness by somebody who knows the secrets of the setup. What a prover computes with thousands of points is
 * arithmetic in the field for him, and three points at the end, so it takes a moment. It is an honest proof, like any
 * other of the same witness: that he could have made one without a witness as well is what is wrong with the key.
 */

import { inverse, mod } from './field.ts'
import { g1Times, g2Times, proofToBytes } from './points.ts'
import { polynomialsAt } from './qap.ts'
import type { R1cs } from './r1cs.ts'
import { wireValues, type Trapdoor } from './trapdoor.ts'

/** Blinded by `next`, of which it takes two. Throws a `BrokenWitness`. */
export function proveKnowing(circuit: R1cs, trapdoor: Trapdoor, next: () => bigint): Uint8Array {
  circuit.assertHolds()
  const { point, alpha, beta, delta } = trapdoor
  const { witness, inputs } = circuit
  const [r, s] = [next(), next()]
  const polynomials = polynomialsAt(circuit, point)
  const left = dot(polynomials.a, witness)
  const right = dot(polynomials.b, witness)
  const a = mod(alpha + left + r * delta)
  const b = mod(beta + right + s * delta)
  // A·B − C at the point is what the quotient times Z comes to there.
  const remainder = left * right - dot(polynomials.c, witness)
  const secrets = dot(wireValues(circuit, trapdoor), witness, inputs + 1)
  const c = mod(mod(secrets + remainder) * inverse(delta) + s * a + r * b - r * s * delta)
  return proofToBytes(g1Times(a), g2Times(b), g1Times(c))
}

/** Σ factor · value, of those from a place on. */
function dot(factors: readonly bigint[], values: readonly bigint[], from = 0): bigint {
  let total = 0n
  for (let at = from; at < values.length; at++) total += (factors[at] ?? 0n) * (values[at] ?? 0n)
  return mod(total)
}
