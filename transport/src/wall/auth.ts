/**
 * The first wall: is the token genuine, and do all its caveats hold for this request? What costs HMACs (the
 * chain, the parsing of caveats) is done once per token and cached; what depends on the request is checked
 * every time, each caveat as soon as it can be. It knows no policy: a token can only narrow what policy allows.
 *
 * 401 means that no request could pass with this token now, 403 that another request could.
 */

import { Refusal, type RefusalCode } from '@ron/kernel/contract/refusals'
import type { Clock } from '@ron/kernel/ports/clock'
import { LRUCache } from 'lru-cache'
import { parseCaveat, type Caveat } from '../macaroon/caveats.ts'
import { verify, type Hmac } from '../macaroon/chain.ts'
import {
  checkClaim,
  checkReach,
  isAboutClaim,
  isAboutReach,
  type ClaimCaveat,
  type Reach,
  type ReachCaveat,
} from '../macaroon/check.ts'
import { decodeToken, type RawCaveat } from '../macaroon/codec.ts'
import { MacaroonError, type Objection } from '../macaroon/error.ts'
import type { RootSet } from '../macaroon/roots.ts'
import { printable } from '../macaroon/text.ts'
import { noTenant } from '../oap/frame.ts'
import type { Claim, Recognised } from './request.ts'

export interface AuthParts {
  readonly hmac: Hmac
  readonly roots: RootSet
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
  /** null when the caveats about path and size hold as well. */
  enter(recognised: Recognised, reach: Reach): Refusal | null
}

/** A genuine token in the form that is checked per request. */
interface Known {
  readonly subject: string
  readonly aboutClaim: readonly ClaimCaveat[]
  readonly aboutReach: readonly ReachCaveat[]
  /** The tenant of the first tenant caveat; a second, different one can never hold beside it. */
  readonly tenant: string | null
  /** On the monotonic clock. */
  readonly freshUntilMs: number
}

/** A token that will do for no request: unreadable, not ours, or with a caveat nobody can check. */
interface Unusable {
  readonly objection: Objection
}

const CODES: Readonly<Record<Caveat['name'], RefusalCode>> = {
  tenant: 'CapabilityScope',
  verbs: 'CapabilityScope',
  path: 'CapabilityScope',
  bytes_max: 'CapabilityScope',
  ip: 'CapabilityScope',
  expires: 'CapabilityExpired',
  not_before: 'CapabilityExpired',
  audience: 'CapabilityInvalid',
}

// What an entry costs beside its characters: objects, map slots, one object per caveat. Measured generously.
const ENTRY_BYTES = 512
const CAVEAT_BYTES = 160

export function createAuth(parts: AuthParts): Auth {
  const { clock } = parts
  const cache = new LRUCache<string, Known>({ maxSize: parts.cacheBytesMax })

  return {
    recognise(claim) {
      if (claim.token === null || claim.token.length === 0) return missing(claim.surface)
      const known = lookUp(claim.token)
      if ('objection' in known) return refusal('CapabilityInvalid', known.objection)
      const { verb, peer, traceId } = claim
      const tenant = claim.tenant === noTenant ? (known.tenant ?? noTenant) : claim.tenant
      const facts = { tenant, verb, peer, nowMs: clock.now(), audience: parts.audience }
      for (const caveat of known.aboutClaim) {
        const objection = checkClaim(caveat, facts)
        if (objection !== null) return refusal(CODES[caveat.name], objection)
      }
      return { claim, caller: { subject: known.subject, tenant, traceId }, caveats: known.aboutReach }
    },
    enter({ caveats }, reach) {
      for (const caveat of caveats) {
        const objection = checkReach(caveat, reach)
        if (objection !== null) return refusal(CODES[caveat.name], objection)
      }
      return null
    },
  }

  function lookUp(token: string | Uint8Array): Known | Unusable {
    // One character per byte: the text of a token and the same text as raw bytes share an entry.
    const key = typeof token === 'string' ? token : Buffer.from(token).toString('latin1')
    const cached = cache.get(key)
    if (cached !== undefined && clock.monotonic() < cached.freshUntilMs) return cached
    const known = examine(parts, token)
    if (!('objection' in known)) cache.set(key, known, { size: sizeOf(key, known) })
    return known
  }
}

/** Everything about a token that no request can change. */
function examine(
  { hmac, roots, clock, cacheTtlMs }: AuthParts,
  token: string | Uint8Array,
): Known | Unusable {
  try {
    const macaroon = decodeToken(token)
    const objection = verify(hmac, macaroon, roots)
    if (objection !== null) return { objection }
    const caveats: Caveat[] = []
    for (const raw of macaroon.caveats) {
      const caveat = understood(raw)
      if ('objection' in caveat) return caveat
      caveats.push(caveat)
    }
    return {
      subject: printable(macaroon.identifier),
      aboutClaim: caveats.filter(isAboutClaim),
      aboutReach: caveats.filter(isAboutReach),
      tenant: caveats.find((caveat) => caveat.name === 'tenant')?.tenant ?? null,
      freshUntilMs: clock.monotonic() + Math.min(cacheTtlMs, remainingMs(caveats, clock.now())),
    }
  } catch (error) {
    if (error instanceof MacaroonError) return { objection: objectionOf(error) }
    throw error
  }
}

function understood(raw: RawCaveat): Caveat | Unusable {
  try {
    return parseCaveat(raw.id)
  } catch (error) {
    if (!(error instanceof MacaroonError)) throw error
    return { objection: { ...objectionOf(error), caveat: printable(raw.id) } }
  }
}

function remainingMs(caveats: readonly Caveat[], nowMs: number): number {
  return caveats.reduce(
    (least, caveat) => (caveat.name === 'expires' ? Math.min(least, caveat.atMs - nowMs) : least),
    Number.POSITIVE_INFINITY,
  )
}

function objectionOf({ message, fix }: MacaroonError): Objection {
  return { reason: message, fix }
}

function sizeOf(key: string, { aboutClaim, aboutReach }: Known): number {
  return ENTRY_BYTES + 2 * key.length + (aboutClaim.length + aboutReach.length) * CAVEAT_BYTES
}

function missing(surface: Claim['surface']): Refusal {
  const where =
    surface === 'http' ? 'as "Authorization: Bearer TOKEN"' : 'in the cap field of the START frame'
  return new Refusal('CapabilityMissing', 'the request carries no capability', {
    explain: { wall: 'auth', rule: 'capability-required', fix: `send a token ${where}` },
    headers: { 'www-authenticate': 'Bearer realm="ron"' },
  })
}

function refusal(code: RefusalCode, { reason, fix, caveat }: Objection): Refusal {
  return new Refusal(code, reason, {
    explain: { wall: 'auth', ...(caveat === undefined ? {} : { caveat }), fix },
    // RFC 9110 §15.5.2: a 401 carries a challenge; RFC 6750 §3.1 names the errors.
    ...(code === 'CapabilityScope'
      ? {}
      : { headers: { 'www-authenticate': 'Bearer realm="ron", error="invalid_token"' } }),
  })
}
