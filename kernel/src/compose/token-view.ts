/** Capabilities for a node's operator: what is minted and revoked goes on record, what is simulated is the wall's answer. */

import type { RevocationView, SimulatedToken, Stop, ToRevoke, TokensView } from '@ron/admin/tokens'
import { caveatText, parseCaveat, type Caveat } from '@ron/transport/macaroon/caveats'
import { adminVerbs } from '@ron/admin/answers'
import { lineageOf, type Hmac } from '@ron/transport/macaroon/chain'
import { decodeBundle, decodeToken, type Macaroon, type RawCaveat } from '@ron/transport/macaroon/codec'
import { simulate, type DescribedRequest } from '@ron/transport/macaroon/simulate'
import { printable } from '@ron/transport/macaroon/text'
import { publicOperations } from '@ron/transport/gateway/public-operations'
import { noTenant } from '@ron/transport/oap/frame'
import { caveatCodes } from '@ron/transport/wall/auth'
import { examine, wholeIdentifier, type Unusable } from '@ron/transport/wall/examine'
import type { Revocation, Revocations, Revoked } from '@ron/transport/wall/revocations'
import { byKernel, type Audit } from '../audit/audit.ts'
import type { Contract } from '../contract/contract.ts'
import { Refusal } from '../contract/refusals.ts'
import type { Clock } from '../ports/clock.ts'
import type { Capabilities } from './capabilities.ts'

export interface TokenViewParts {
  readonly hmac: Hmac
  readonly capabilities: Capabilities
  readonly revocations: Revocations
  readonly clock: Clock
  readonly audit: Audit
  /** The id of this node, for `audience` caveats. */
  readonly audience: string
  /** Every verb that a request to this node may need. */
  readonly verbs: readonly string[]
}

export function tokenView(parts: TokenViewParts): TokensView {
  const { hmac, capabilities, revocations, clock, audit } = parts
  const examined = (token: string) => examine({ hmac, roots: capabilities.roots, revocations }, token)
  const { tenant } = byKernel
  return {
    mint(holder, { caveats: written, thirdParty, ttlMs }, { subject, traceId }) {
      const caveats = written.map((caveat) => parseCaveat(caveat))
      const held = decodeBundle(holder).flatMap(({ caveats }) => firstParty(caveats))
      const mintedMs = clock.now()
      const life = { mintedMs, expiresMs: Math.min(mintedMs + ttlMs, ...ends([...held, ...caveats])) }
      const act = { subject, traceId, tenant, verb: 'admin.mint', target: 'capability' }
      return audit.around(act, () => {
        const { token, identifier } = capabilities.mint(withoutEnds([...held, ...caveats]), life, thirdParty)
        audit.note({ ...act, kind: 'capability.mint', outcome: 'done', target: identifier })
        const expires = new Date(life.expiresMs).toISOString()
        return { token, identifier, expires, caveats: caveatsOf(decodeToken(token)) }
      })
    },
    inspect(token) {
      const [macaroon] = decodeBundle(token)
      const known = examined(token)
      const facts = { identifier: wholeIdentifier(macaroon.identifier), caveats: caveatsOf(macaroon) }
      if ('objection' in known) return { ...facts, expires: null, good: false, stops: stopOf(known) }
      const { expiresMs } = known.standing
      const stops = clock.now() < expiresMs ? null : expiredAt(expiresMs)
      return { ...facts, expires: instant(expiresMs), good: stops === null, stops }
    },
    simulate(token, { verb, path, bytes, tenant, peer, client, atMs, audience, proven }) {
      const about = (verb: string): DescribedRequest => ({
        claim: {
          verb,
          tenant: tenant ?? noTenant,
          peer,
          client,
          nowMs: atMs ?? clock.now(),
          audience: audience ?? parts.audience,
        },
        reach: path === null ? null : { path, bodyBytes: bytes },
        proven,
      })
      const bundle = decodeBundle(token)
      const known = examined(token)
      const found = (verb: string) => simulated(bundle, about(verb), known)
      if (verb !== null) return found(verb)
      const verbs = parts.verbs.map((verb) => {
        const { allowed, stops } = found(verb)
        return { verb, allowed, caveat: stops?.caveat ?? '' }
      })
      const allowed = verbs.find((each) => each.allowed)
      return { ...found(allowed?.verb ?? parts.verbs[0] ?? ''), verbs }
    },
    revoke(what, { subject, traceId }) {
      const revoked = revokedBy(what)
      const target = `${revoked.entry.by} ${whatOf(revoked.entry)}`
      const act = { subject, traceId, tenant, verb: 'admin.revoke', target }
      return audit.around(act, () => {
        const entry = revocations.add(revoked.entry, revoked.untilMs)
        audit.note({ ...act, kind: 'capability.revoke', outcome: 'done' })
        return revocationView(entry)
      })
    },
    revocations: () => revocations.list().map(revocationView),
  }

  function revokedBy(what: ToRevoke): { readonly entry: Revoked; readonly untilMs: number } {
    switch (what.by) {
      case 'token':
        return tokenRevoked(what.token, what.family)
      case 'identifier':
        return { entry: what, untilMs: endOf(what.identifier) }
      case 'tenant':
        return { entry: { ...what, mintedBeforeMs: clock.now() }, untilMs: Number.POSITIVE_INFINITY }
    }
  }

  /** What is not of this node has no place in the table, which is bounded. */
  function tokenRevoked(
    token: string,
    family: boolean,
  ): { readonly entry: Revoked; readonly untilMs: number } {
    const [macaroon] = decodeBundle(token)
    const lineage = lineageOf(hmac, macaroon, capabilities.roots)
    if ('reason' in lineage)
      throw new Refusal('BadRequest', `the node does not take this token anyway: ${lineage.reason}`)
    const { signature } = macaroon
    const identifier = wholeIdentifier(macaroon.identifier)
    const untilMs = endOf(identifier)
    if (family) return { entry: { by: 'identifier', identifier }, untilMs }
    const own = ends(firstParty(macaroon.caveats))
    return { entry: { by: 'signature', signature, identifier }, untilMs: Math.min(untilMs, ...own) }
  }

  /** When no token of a minting can be good any more; what others minted may say anything of itself. */
  function endOf(identifier: string): number {
    return capabilities.lifeOf(identifier)?.expiresMs ?? Number.POSITIVE_INFINITY
  }
}

/** Every verb that a capability may be for on this node. */
export function verbsOf(contracts: readonly Contract[]): readonly string[] {
  const doors = publicOperations(contracts).map(({ verb }) => verb)
  return [...new Set([...doors, ...adminVerbs])].toSorted()
}

function simulated(
  bundle: readonly Macaroon[],
  request: DescribedRequest,
  known: ReturnType<typeof examine>,
): SimulatedToken {
  const { allowed, objection, stoppedBy, caveats } = simulate(bundle, request)
  if ('objection' in known) return { allowed: false, stops: stopOf(known), caveats }
  if (objection === null) return { allowed, stops: null, caveats }
  const code = stoppedBy === null ? 'CapabilityInvalid' : caveatCodes[stoppedBy]
  return { allowed, stops: { code, ...objection }, caveats }
}

function stopOf({ objection, rule }: Unusable): Stop {
  return { code: 'CapabilityInvalid', ...objection, ...(rule === undefined ? {} : { rule }) }
}

function expiredAt(expiresMs: number): Stop {
  const reason = `the token expired at ${new Date(expiresMs).toISOString()}`
  return { code: 'CapabilityExpired', reason, fix: 'fetch a fresh token' }
}

/** Those of third parties held when they were discharged. Throws a `MacaroonError` for one that nobody understands. */
function firstParty(caveats: readonly RawCaveat[]): readonly Caveat[] {
  return caveats.filter(({ vid }) => vid === null).map(({ id }) => parseCaveat(id))
}

/** A token has one end, which its identifier tells as well, so the earliest of all is its own. */
function ends(caveats: readonly Caveat[]): readonly number[] {
  return caveats.flatMap((caveat) => (caveat.name === 'expires' ? [caveat.atMs] : []))
}

/** As text, and each once: a token that is renewed from itself does not grow. */
function withoutEnds(caveats: readonly Caveat[]): readonly string[] {
  return [...new Set(caveats.filter(({ name }) => name !== 'expires').map(caveatText))]
}

function caveatsOf({ caveats }: Macaroon): readonly string[] {
  return caveats.map(({ id }) => printable(id, Number.POSITIVE_INFINITY))
}

function whatOf(revoked: Revoked): string {
  return revoked.by === 'tenant' ? revoked.tenant : revoked.identifier
}

function revocationView({ by, what, untilMs, mintedBeforeMs }: Revocation): RevocationView {
  const minted_before = mintedBeforeMs === null ? null : instant(mintedBeforeMs)
  return { by: by === 'signature' ? 'token' : by, what, until: instant(untilMs), minted_before }
}

function instant(atMs: number): string | null {
  return Number.isFinite(atMs) ? new Date(atMs).toISOString() : null
}
