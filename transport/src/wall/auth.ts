/**
 * The first wall: is the token genuine, and do all its caveats hold for this request? What costs HMACs (the
 * chain, the parsing of caveats) is done once per token and cached; what depends on the request is checked
 * every time, each caveat as soon as it can be, and so is whether the token was revoked since. It knows no policy:
 * a token can only narrow what policy allows.
 *
 * 401 means that no request could pass with this token now, 403 that another request could.
 */

import { Refusal, type RefusalCode } from '@ron/kernel/contract/refusals'
import type { Clock } from '@ron/kernel/ports/clock'
import { LRUCache } from 'lru-cache'
import type { Caveat } from '../macaroon/caveats.ts'
import type { Hmac } from '../macaroon/chain.ts'
import type { Reach } from '../macaroon/check.ts'
import type { Objection } from '../macaroon/error.ts'
import type { RootSet } from '../macaroon/roots.ts'
import {
  actingTenant,
  brokenClaim,
  brokenReach,
  unproven,
  type Broken,
  type Terms,
} from '../macaroon/terms.ts'
import { noTenant } from '../oap/frame.ts'
import { examine, revokedBecause, type Examined, type Unusable } from './examine.ts'
import type { Claim, Recognised } from './request.ts'
import type { Revocations } from './revocations.ts'
import { Watchers } from './watchers.ts'

export interface AuthParts {
  readonly hmac: Hmac
  readonly roots: RootSet
  readonly revocations: Revocations
  readonly clock: Clock
  /** The id of this node, for `audience` caveats. */
  readonly audience: string
  /** Most the verified tokens may take together. */
  readonly cacheBytesMax: number
  /** How long a verified token is not verified again: 30 s is usual. Its `expires` ends it sooner. */
  readonly cacheTtlMs: number
}

export interface Auth {
  /** Whether the token is genuine, in its time, and good for this node, tenant, peer and verb. */
  recognise(claim: Claim): Recognised | Refusal
  /** null when the caveats about path and size hold as well, and none asks for a proof: nobody verifies one here. */
  enter(recognised: Recognised, reach: Reach): Refusal | null
  /** The same for whoever has the proofs verified. */
  reach(recognised: Recognised, reach: Reach): Refusal | null
  /**
   * Calls `ended` once, when the token is no longer good: revoked, expired, or of a root that is gone. The returned
   * function stops watching.
   */
  watch(recognised: Recognised, ended: (refusal: Refusal) => void): () => void
  /** Roots are gone: what was verified under an identifier of theirs is verified again when it is next used. */
  forget(isGone: (identifier: string) => boolean): void
}

/** A genuine token in the form that is checked per request. */
interface Cached extends Examined {
  /** On the monotonic clock. */
  readonly freshUntilMs: number
  /** The state of the revocations under which it was good. */
  goodAt: number
}

/** What a request is refused with that a caveat stops. */
export const caveatCodes: Readonly<Record<Caveat['name'], RefusalCode>> = {
  tenant: 'CapabilityScope',
  verbs: 'CapabilityScope',
  path: 'CapabilityScope',
  bytes_max: 'CapabilityScope',
  ip: 'CapabilityScope',
  expires: 'CapabilityExpired',
  not_before: 'CapabilityExpired',
  audience: 'CapabilityInvalid',
  zk: 'ProofRequired',
  client: 'CapabilityScope',
}

// What an entry costs beside its characters: objects, map slots, one object per caveat, one text per signature.
// Measured generously.
const ENTRY_BYTES = 512
const CAVEAT_BYTES = 160
const SIGNATURE_BYTES = 80

export function createAuth(parts: AuthParts): Auth {
  const { clock, revocations } = parts
  const cache = new LRUCache<string, Cached>({ maxSize: parts.cacheBytesMax })
  const watchers = new Watchers(clock, expired)
  revocations.onChange(() => {
    watchers.look((marks) => {
      const revoked = revocations.find(marks)
      return revoked === null ? null : unusable(revokedBecause(revoked))
    })
  })

  return {
    recognise(claim) {
      if (claim.token === null || claim.token.length === 0) return missing(claim.surface)
      const known = lookUp(claim.token)
      if ('objection' in known) return unusable(known)
      const { verb, peer, traceId, client = [] } = claim
      const tenant = claim.tenant === noTenant ? actingTenant(known.terms, claim.tenant) : claim.tenant
      const facts = { tenant, verb, peer, nowMs: clock.now(), audience: parts.audience, client }
      const broken = brokenClaim(known.terms, facts)
      if (broken !== null) return refusal(caveatCodes[broken.caveat.name], broken.objection)
      const caller = { subject: known.subject, tenant, traceId }
      const { aboutReach: caveats, toProve } = known.terms
      return { claim, caller, caveats, toProve, standing: known.standing }
    },
    enter(recognised, reach) {
      const { caveats, toProve, claim } = recognised
      return refused(brokenReach(caveats, reach) ?? unproven({ toProve }, claim.verb, false))
    },
    reach: ({ caveats }, reach) => refused(brokenReach(caveats, reach)),
    watch: ({ standing }, ended) => watchers.add(standing, ended),
    forget(isGone) {
      for (const [key, { standing }] of [...cache.entries()])
        if (isGone(standing.marks.identifier)) cache.delete(key)
      watchers.look(({ identifier }) => (isGone(identifier) ? unusable(rootGone) : null))
    },
  }

  function lookUp(token: string | Uint8Array): Cached | Unusable {
    // One character per byte: the text of a token and the same text as raw bytes share an entry.
    const key = typeof token === 'string' ? token : Buffer.from(token).toString('latin1')
    const cached = cache.get(key)
    if (cached !== undefined && clock.monotonic() < cached.freshUntilMs) {
      const { version } = revocations
      if (cached.goodAt === version) return cached
      const revoked = revocations.find(cached.standing.marks)
      if (revoked !== null) return revokedBecause(revoked)
      cached.goodAt = version
      return cached
    }
    const examined = examine(parts, token)
    if ('objection' in examined) return examined
    const lastsMs = Math.min(parts.cacheTtlMs, examined.standing.expiresMs - clock.now())
    const known = { ...examined, freshUntilMs: clock.monotonic() + lastsMs, goodAt: revocations.version }
    cache.set(key, known, { size: sizeOf(key, known) })
    return known
  }
}

function sizeOf(key: string, { terms, standing }: Examined): number {
  const { lineage } = standing.marks
  return ENTRY_BYTES + 2 * key.length + caveatsOf(terms) * CAVEAT_BYTES + lineage.length * SIGNATURE_BYTES
}

/** A statement has inputs, so it counts for several. */
function caveatsOf({ aboutClaim, aboutReach, toProve }: Terms): number {
  return aboutClaim.length + aboutReach.length + toProve.length * 8
}

function refused(broken: Broken | null): Refusal | null {
  return broken === null ? null : refusal(caveatCodes[broken.caveat.name], broken.objection)
}

const rootGone: Unusable = {
  objection: { reason: 'the key that the token was minted with is gone', fix: 'fetch a fresh token' },
}

function missing(surface: Claim['surface']): Refusal {
  const where =
    surface === 'http' ? 'as "Authorization: Bearer TOKEN"' : 'in the cap field of the START frame'
  return new Refusal('CapabilityMissing', 'the request carries no capability', {
    explain: { wall: 'auth', rule: 'capability-required', fix: `send a token ${where}` },
    headers: { 'www-authenticate': 'Bearer realm="ron"' },
  })
}

function unusable({ objection, rule }: Unusable): Refusal {
  return refusal('CapabilityInvalid', objection, rule)
}

function expired(expiresMs: number): Refusal {
  const reason = `the token expired at ${new Date(expiresMs).toISOString()}`
  return refusal('CapabilityExpired', { reason, fix: 'fetch a fresh token' })
}

function refusal(code: RefusalCode, { reason, fix, caveat }: Objection, rule?: string): Refusal {
  return new Refusal(code, reason, {
    explain: {
      wall: 'auth',
      ...(rule === undefined ? {} : { rule }),
      ...(caveat === undefined ? {} : { caveat }),
      fix,
    },
    // RFC 9110 §15.5.2: a 401 carries a challenge; RFC 6750 §3.1 names the errors.
    ...(code === 'CapabilityScope'
      ? {}
      : { headers: { 'www-authenticate': 'Bearer realm="ron", error="invalid_token"' } }),
  })
}
