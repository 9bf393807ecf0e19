/** What a circuit is to a node that verifies for it: plain data, checked in together with its key. */

import type { ProofSystem } from '../snark/verifier.ts'
import type { CircuitId } from './domains.ts'

export interface Circuit {
  /** As requests and settings name it. */
  readonly id: string
  readonly summary: string
  readonly system: ProofSystem
  /** What the public inputs are, in order. One more follows in every circuit, the binding context. */
  readonly inputs: readonly string[]
  /** Part of the binding context: a proof for one purpose is none for another, even under one key. */
  readonly domain: string
  /** Most claims that are verified together. */
  readonly batchMax: number
  readonly published: Published
}

/** One that this repository can make the development key of. */
export interface OwnCircuit extends Circuit {
  readonly id: CircuitId
}

/** What a setup and a prover made; in base64. */
export interface Published {
  readonly key: string
  /** A proof that holds for `inputs`, which include the context. The self-test begins with it. */
  readonly proof: string
  readonly inputs: readonly string[]
}
