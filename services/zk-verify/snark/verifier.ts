/**
 * What a proof system is to the rest of the service; there is one implementation for each. It knows no circuit by
 * name, no caller and no thread.
 */

/** What somebody claims to have proven. Bytes of strangers: nothing is known about them yet. */
export interface Claim {
  readonly proof: Uint8Array
  /** The public inputs, each 32 bytes, big-endian. */
  readonly inputs: readonly Uint8Array[]
}

/**
 * Why a claim is refused, in the order in which it is looked at, cheapest first.
 *
 * | fault      | what is wrong                                                          |
 * | ---------- | ---------------------------------------------------------------------- |
 * | `length`   | the proof is shorter or longer than proofs of this system are          |
 * | `inputs`   | there are more or fewer public inputs than the circuit has             |
 * | `range`    | a public input is not below the order of the field, or not 32 bytes    |
 * | `infinity` | a point of the proof is the one at infinity                            |
 * | `encoding` | a point is not written in its one canonical way                        |
 * | `point`    | a point is not on the curve, or on it and outside of the group         |
 * | `equation` | everything is well-formed, and it proves nothing                       |
 */
export const faults = ['length', 'inputs', 'range', 'infinity', 'encoding', 'point', 'equation'] as const

export type Fault = (typeof faults)[number]

/** null: what is claimed was proven. */
export type Verdict = Fault | null

/** The proof systems there are. */
export type ProofSystem = 'groth16-bls12-381' | 'stark-koalabear-fri'

/** Bytes of randomness that each claim of a batch needs. */
export const weightBytes = 16

/** One verifying key of one proof system, ready to be used. */
export interface Verifier {
  readonly system: ProofSystem
  /** How many public inputs a claim has. */
  readonly inputs: number
  /**
   * One verdict for each claim, in their order, each what it would be if the claim were alone. `weights` are
   * `weightBytes` for each claim, drawn at random after the claims were known, and told to nobody: whoever knew them
   * could make bad proofs that cancel each other out.
   */
  verify(claims: readonly Claim[], weights: Uint8Array): Verdict[]
}

/** A verifying key that cannot be used, and why. */
export class KeyFault extends Error {
  override readonly name = 'KeyFault'
}
