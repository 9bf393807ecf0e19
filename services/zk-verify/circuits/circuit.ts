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
  /** Of each input, what a `zk` caveat of a capability has to say of it. */
  readonly demands: Readonly<Record<string, Demand>>
  /** Part of the binding context: a proof for one purpose is none for another, even under one key. */
  readonly domain: string
  /** Most claims that are verified together. */
  readonly batchMax: number
  readonly published: Published
}

/**
 * What makes a proof mean something to who asked for it, and not only to who made it. `pinned`: whoever asks chooses it,
 * for a prover who did would choose one that suits the proof, such as the root of a tree of his own. `not-past`: a
 * moment in seconds since 1970 that the prover chooses, and that the clock of who verifies has not passed. `this-day`: unless
 * it is pinned, the day that it is now by that clock, in UTC, counted from 1970. `committed`: unless it is pinned, the root
 * that the tenant's meter has committed to for that day. `open`: the prover's own, and nothing depends on it.
 */
export type Demand = 'pinned' | 'not-past' | 'this-day' | 'committed' | 'open'

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
