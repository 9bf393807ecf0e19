/**
 * The five secrets of a Groth16 setup, and what they can do. Whoever knows them makes a proof of anything, as
 * `forge` shows, and nobody can tell it from an honest one. A key whose setup one party ran is therefore only as good
 * as that party's word. Here they come from a seed that everybody can read: keys for development, worth nothing else.
 */

import { hkdf } from '@noble/hashes/hkdf.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { inverse, mod } from './field.ts'
import { polynomialsAt } from './qap.ts'
import type { R1cs } from './r1cs.ts'
import { g1Times, g2Times, proofToBytes } from './points.ts'

export interface Trapdoor {
  /** Where the polynomials are evaluated. */
  readonly point: bigint
  readonly alpha: bigint
  readonly beta: bigint
  readonly gamma: bigint
  readonly delta: bigint
}

/** Field elements without end from a text: the same text, the same elements. */
export function seeded(text: string): () => bigint {
  const key = new TextEncoder().encode(text)
  let count = 0
  return () => {
    const info = new TextEncoder().encode(`scalar ${count++}`)
    const bytes = hkdf(sha512, key, new Uint8Array(0), info, 64)
    return mod(BigInt(`0x${Buffer.from(bytes).toString('hex')}`))
  }
}

export function trapdoorFrom(text: string): Trapdoor {
  const next = seeded(text)
  return { point: next(), alpha: next(), beta: next(), gamma: next(), delta: next() }
}

/** What each wire's polynomials come to under α and β, which keys divide by γ or δ. */
export function wireValues(circuit: R1cs, { point, alpha, beta }: Trapdoor): bigint[] {
  const { a, b, c } = polynomialsAt(circuit, point)
  return a.map((value, wire) => mod(beta * value + alpha * (b[wire] ?? 0n) + (c[wire] ?? 0n)))
}

/**
 * Returns a function that proves whatever inputs it is given, true or not, without a witness: it chooses A and B and
 * solves the equation for C. `next` says what to choose, for each proof two numbers.
 */
export function forger(
  circuit: R1cs,
  trapdoor: Trapdoor,
  next: () => bigint,
): (inputs: readonly bigint[]) => Uint8Array {
  const { alpha, beta, delta } = trapdoor
  const values = wireValues(circuit, trapdoor).slice(0, circuit.inputs + 1)
  return (inputs) => {
    const [a, b] = [next(), next()]
    const x = [1n, ...inputs].reduce((sum, input, wire) => sum + input * (values[wire] ?? 0n), 0n)
    const c = mod((a * b - alpha * beta - x) * inverse(delta))
    return proofToBytes(g1Times(a), g2Times(b), g1Times(c))
  }
}
