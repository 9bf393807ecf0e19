/**
 * The first wall: is the token genuine, and do all its caveats hold for this request? What costs HMACs (the
 * chain, the parsing of caveats) is done once per token and cached; what depends on the request is checked
 * every time. It knows no policy: a token can only narrow what policy allows.
 *
 * 401 means that no request could pass with this token now, 403 that another request could.
 */

import type { Caller } from '@ron/kernel/contract/contract'
import { Refusal, type RefusalCode } from '@ron/kernel/contract/refusals'
import type { Clock } from '@ron/kernel/ports/clock'
import { LRUCache } from 'lru-cache'
import { parseCaveat, type Caveat } from '../macaroon/caveats.ts'
import { verify, type Hmac } from '../macaroon/chain.ts'
import { checkCaveat } from '../macaroon/check.ts'
import { decodeToken, type RawCaveat } from '../macaroon/codec.ts'
import { MacaroonError, type Objection } from '../macaroon/error.ts'
import type { RootSet } from '../macaroon/roots.ts'
import { printable } from '../macaroon/text.ts'
import { noTenant } from '../oap/frame.ts'
import type { WallRequest } from './request.ts'

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
  enter(request: WallRequest): Caller | Refusal
}

/** A genuine token in the form that is checked per request. */
interface Known {
  readonly subject: string
  readonly caveats: readonly Caveat[]
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
    enter(request) {
      if (request.token === null || request.token.length === 0) return missing(request.surface)
      const known = lookUp(request.token)
      if ('objection' in known) return refusal('CapabilityInvalid', known.objection)
      const tenant = request.tenant === noTenant ? (known.tenant ?? noTenant) : request.tenant
      const facts = {
        tenant,
        verb: request.verb,
        path: request.path,
        bodyBytes: request.bodyBytes,
        peer: request.peer,
        nowMs: clock.now(),
        audience: parts.audience,
      }
      for (const caveat of known.caveats) {
        const objection = checkCaveat(caveat, facts)
        if (objection !== null) return refusal(CODES[caveat.name], objection)
      }
      return { subject: known.subject, tenant, traceId: request.traceId }
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
      caveats,
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

function sizeOf(key: string, { caveats }: Known): number {
  return ENTRY_BYTES + 2 * key.length + caveats.length * CAVEAT_BYTES
}

function missing(surface: WallRequest['surface']): Refusal {
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
