/**
 * What a token would come to if a request were made with it: allowed, or the first caveat that stops it, with the
 * verdict of every caveat beside it. It is the wall's own decision (`terms.ts`), asked about a request that is only
 * described. Whether the token is genuine and not revoked is for whoever has the roots.
 */

import { caveatText, type Caveat } from './caveats.ts'
import { checkClaim, checkProof, checkReach, type ClaimFacts, type Reach } from './check.ts'
import { equalBytes, undischarged } from './chain.ts'
import type { Macaroon } from './codec.ts'
import type { Objection } from './error.ts'
import { actingTenant, brokenClaim, brokenReach, termsOf, unproven } from './terms.ts'

/** Everything that a caveat may ask of a request. Without a reach, what is about it is left out. */
export interface DescribedRequest {
  readonly claim: ClaimFacts
  readonly reach: Reach | null
  /** Whether it brings the proofs that the token asks for, and they are good. */
  readonly proven: boolean
}

export interface CaveatVerdict {
  /** As text. */
  readonly caveat: string
  readonly holds: boolean
  /** Why it does not, and what would help; empty when it holds. */
  readonly reason: string
  readonly fix: string
}

export interface Simulated {
  readonly allowed: boolean
  /** Why not: the first objection the wall would have. */
  readonly objection: Objection | null
  /** The kind of the caveat that stops it; null when none does, or none that can be understood. */
  readonly stoppedBy: Caveat['name'] | null
  /** In the order in which they are asked; none when one of them cannot be understood. */
  readonly caveats: readonly CaveatVerdict[]
}

/** `macaroons` are the token and the discharges that it brings. */
export function simulate(
  macaroons: readonly Pick<Macaroon, 'caveats' | 'identifier'>[],
  { claim, reach, proven }: DescribedRequest,
): Simulated {
  const raws = macaroons.flatMap(({ caveats }) => caveats)
  const open = raws.find(
    ({ vid, id }) => vid !== null && !macaroons.some(({ identifier }) => equalBytes(identifier, id)),
  )
  const terms = open === undefined ? termsOf(raws.filter(({ vid }) => vid === null)) : undischarged(open)
  if ('reason' in terms) return { allowed: false, objection: terms, stoppedBy: null, caveats: [] }
  const facts = { ...claim, tenant: actingTenant(terms, claim.tenant) }
  const broken =
    brokenClaim(terms, facts) ??
    (reach === null ? null : brokenReach(terms.aboutReach, reach)) ??
    unproven(terms, claim.verb, proven)
  return {
    allowed: broken === null,
    objection: broken?.objection ?? null,
    stoppedBy: broken?.caveat.name ?? null,
    caveats: [
      ...terms.aboutClaim.map((caveat) => verdict(caveatText(caveat), checkClaim(caveat, facts))),
      ...(reach === null
        ? []
        : terms.aboutReach.map((caveat) => verdict(caveatText(caveat), checkReach(caveat, reach)))),
      ...terms.toProve.map((caveat) => verdict(caveatText(caveat), checkProof(caveat, claim.verb, proven))),
    ],
  }
}

function verdict(caveat: string, objection: Objection | null): CaveatVerdict {
  const { reason, fix } = objection ?? { reason: '', fix: '' }
  return { caveat, holds: objection === null, reason, fix }
}
