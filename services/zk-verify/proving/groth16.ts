/**
 * A Groth16 setup and prover (Groth 2016, §3.2), written to be read and to be right: minutes for a circuit that
 * production tools prove in a second. For development and tests; the node itself only verifies.
 */

import { inverse, mod, power } from './field.ts'
import { g1Sum, g1Times, g2Sum, g2Times, proofToBytes, type G1Point, type G2Point } from './points.ts'
import { domainSize, polynomialsAt, powers, quotient } from './qap.ts'
import type { R1cs } from './r1cs.ts'
import { wireValues, type Trapdoor } from './trapdoor.ts'

export interface ProvingKey {
  readonly alpha: G1Point
  readonly beta: G1Point
  readonly betaInG2: G2Point
  readonly delta: G1Point
  readonly deltaInG2: G2Point
  /** One for each wire. */
  readonly a: readonly G1Point[]
  readonly b: readonly G1Point[]
  readonly bInG2: readonly G2Point[]
  /** One for each wire that is neither the constant nor an input. */
  readonly secrets: readonly G1Point[]
  /** One for each coefficient of the quotient. */
  readonly quotient: readonly G1Point[]
}

/** The verifying key, as the verifier reads it. It takes a few group operations, the proving key thousands. */
export function verifyingKey(circuit: R1cs, trapdoor: Trapdoor): Uint8Array {
  const { alpha, beta, gamma, delta } = trapdoor
  const overGamma = inverse(gamma)
  const inputs = wireValues(circuit, trapdoor).slice(0, circuit.inputs + 1)
  return Uint8Array.from(
    Buffer.concat([
      g1Times(alpha).toBytes(true),
      g2Times(beta).toBytes(true),
      g2Times(gamma).toBytes(true),
      g2Times(delta).toBytes(true),
      ...inputs.map((value) => g1Times(mod(value * overGamma)).toBytes(true)),
    ]),
  )
}

export function provingKey(circuit: R1cs, trapdoor: Trapdoor): ProvingKey {
  const { point, alpha, beta, delta } = trapdoor
  const { a, b } = polynomialsAt(circuit, point)
  const overDelta = inverse(delta)
  const size = domainSize(circuit)
  const z = mod(power(point, BigInt(size)) - 1n)
  return {
    alpha: g1Times(alpha),
    beta: g1Times(beta),
    betaInG2: g2Times(beta),
    delta: g1Times(delta),
    deltaInG2: g2Times(delta),
    a: a.map(g1Times),
    b: b.map(g1Times),
    bInG2: b.map(g2Times),
    secrets: wireValues(circuit, trapdoor)
      .slice(circuit.inputs + 1)
      .map((value) => g1Times(mod(value * overDelta))),
    quotient: powers(point, size - 1).map((value) => g1Times(mod(mod(value * z) * overDelta))),
  }
}

/**
 * A proof of the witness that the circuit holds, blinded by `next`, of which it takes two. Throws a `BrokenWitness`.
 */
export function prove(circuit: R1cs, key: ProvingKey, next: () => bigint): Uint8Array {
  circuit.assertHolds()
  return proveAnyway(circuit, key, next)
}

/** The same without looking, as a cheat would do it. */
export function proveAnyway(circuit: R1cs, key: ProvingKey, next: () => bigint): Uint8Array {
  const [r, s] = [next(), next()]
  const { witness } = circuit
  const secrets = witness.slice(circuit.inputs + 1)
  const a = key.alpha.add(g1Sum(key.a, witness)).add(g1Sum([key.delta], [r]))
  const b = key.beta.add(g1Sum(key.b, witness)).add(g1Sum([key.delta], [s]))
  const bInG2 = key.betaInG2.add(g2Sum(key.bInG2, witness)).add(g2Sum([key.deltaInG2], [s]))
  const c = g1Sum(key.secrets, secrets)
    .add(g1Sum(key.quotient, quotient(circuit)))
    .add(g1Sum([a, b, key.delta], [s, r, mod(-r * s)]))
  return proofToBytes(a, bInG2, c)
}
