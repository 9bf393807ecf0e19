/**
 * All caveats of a macaroon together, read once and in the order in which they are held against a request: what
 * is about the claim first, then what is about its reach, and last what takes a proof. The wall decides by it and `simulate` explains by it,
 * so what is simulated is what would happen.
 */

import { parseCaveat, type Caveat } from './caveats.ts'
import {
  asksForProof,
  checkClaim,
  checkProof,
  checkReach,
  isAboutClaim,
  isAboutReach,
  type ClaimCaveat,
  type ClaimFacts,
  type ProofCaveat,
  type Reach,
  type ReachCaveat,
} from './check.ts'
import type { RawCaveat } from './codec.ts'
import { MacaroonError, type Objection } from './error.ts'
import { printable } from './text.ts'
import { statementsMax } from './zk-caveat.ts'

export interface Terms {
  readonly aboutClaim: readonly ClaimCaveat[]
  readonly aboutReach: readonly ReachCaveat[]
  /** In their order, which is that of the proofs. */
  readonly toProve: readonly ProofCaveat[]
  /** The tenant of the first tenant caveat; a second, different one can never hold beside it. */
  readonly tenant: string | null
  /** The earliest `expires`, infinite without one. */
  readonly expiresMs: number
}

/** A caveat that does not hold. */
export interface Broken {
  readonly caveat: Caveat
  readonly objection: Objection
}

const unnamed = '0'.repeat(32)

/** An objection when a caveat cannot be understood: what cannot be checked holds for no request. */
export function termsOf(raws: readonly RawCaveat[]): Terms | Objection {
  const caveats: Caveat[] = []
  for (const raw of raws) {
    const caveat = understood(raw)
    if ('reason' in caveat) return caveat
    caveats.push(caveat)
  }
  const toProve = caveats.filter(asksForProof)
  if (toProve.length > statementsMax) {
    return {
      reason: `the token has ${toProve.length} zk caveats, and a request brings at most ${statementsMax} proofs`,
      fix: 'attenuate an earlier token instead',
    }
  }
  return {
    aboutClaim: caveats.filter(isAboutClaim),
    aboutReach: caveats.filter(isAboutReach),
    toProve,
    tenant: caveats.find((caveat) => caveat.name === 'tenant')?.tenant ?? null,
    expiresMs: caveats.reduce(
      (least, caveat) => (caveat.name === 'expires' ? Math.min(least, caveat.atMs) : least),
      Number.POSITIVE_INFINITY,
    ),
  }
}

/** The tenant a request acts in: the one it names, else that of its token. 32 zeros name none. */
export function actingTenant({ tenant }: Pick<Terms, 'tenant'>, named: string): string {
  return named === unnamed ? (tenant ?? named) : named
}

/** The first that does not hold; null when all do. */
export function brokenClaim({ aboutClaim }: Pick<Terms, 'aboutClaim'>, facts: ClaimFacts): Broken | null {
  for (const caveat of aboutClaim) {
    const objection = checkClaim(caveat, facts)
    if (objection !== null) return { caveat, objection }
  }
  return null
}

/** The first that does not hold; null when all do. */
export function brokenReach(aboutReach: readonly ReachCaveat[], reach: Reach): Broken | null {
  for (const caveat of aboutReach) {
    const objection = checkReach(caveat, reach)
    if (objection !== null) return { caveat, objection }
  }
  return null
}

/** The first that asks for a proof that was not verified; null when all hold. */
export function unproven({ toProve }: Pick<Terms, 'toProve'>, verb: string, proven: boolean): Broken | null {
  for (const caveat of toProve) {
    const objection = checkProof(caveat, verb, proven)
    if (objection !== null) return { caveat, objection }
  }
  return null
}

function understood(raw: RawCaveat): Caveat | Objection {
  try {
    return parseCaveat(raw.id)
  } catch (error) {
    if (!(error instanceof MacaroonError)) throw error
    return { reason: error.message, fix: error.fix, caveat: printable(raw.id) }
  }
}
