/**
 * `/api/v1/tokens`: capabilities are minted, made narrower, looked into, tried out and revoked. To mint and to revoke
 * is privileged and asks for a capability wherever the admin surface listens. Nobody mints more than they have: a
 * token carries the caveats of the one that asked for it.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { PlainRoute } from '@ron/transport/gateway/http-gateway'
import { bearerOf } from '@ron/transport/gateway/token'
import type { Exchange } from '@ron/transport/listener/listener'
import { formatCaveat, parseCaveat } from '@ron/transport/macaroon/caveats'
import { attenuate } from '@ron/transport/macaroon/chain'
import { decodeToken, encodeToken } from '@ron/transport/macaroon/codec'
import type { CaveatVerdict } from '@ron/transport/macaroon/simulate'
import { nodeHmac } from '@ron/transport/wall/hmac'
import { json, type Guard } from './answers.ts'
import { membersOf, readable, type Members } from './body.ts'
import type { Asker } from './chaos.ts'

/** Capabilities as the operator's door sees them. The composer fills it in; each may throw or reject with a `Refusal`. */
export interface TokensView {
  /** `holder` is the token of who asks. */
  mint(holder: string, wanted: TokenToMint, by: Asker): Promise<MintedToken>
  inspect(token: string): InspectedToken
  simulate(token: string, request: RequestToSimulate): SimulatedToken
  revoke(what: ToRevoke, by: Asker): Promise<RevocationView>
  revocations(): readonly RevocationView[]
}

export interface TokenToMint {
  readonly caveats: readonly string[]
  /** What the issuer of discharges has to say, in its own words. */
  readonly thirdParty: readonly string[]
  readonly ttlMs: number
}

export interface MintedToken {
  readonly token: string
  readonly identifier: string
  /** RFC 3339. */
  readonly expires: string
  readonly caveats: readonly string[]
}

export interface InspectedToken {
  readonly identifier: string
  readonly caveats: readonly string[]
  /** RFC 3339; null when it has no end. */
  readonly expires: string | null
  /** Whether the node would take it for some request, now or later. */
  readonly good: boolean
  /** Why not; null when it is good. */
  readonly stops: Stop | null
}

/** The first thing that is against a token. */
export interface Stop {
  /** The code of the refusal. */
  readonly code: string
  readonly reason: string
  readonly fix: string
  readonly rule?: string
  readonly caveat?: string
}

export interface RequestToSimulate {
  /** Null asks about every verb of the node. */
  readonly verb: string | null
  /** Null leaves path and size out. */
  readonly path: string | null
  readonly bytes: number
  readonly tenant: string | null
  readonly peer: string
  /** Names of the certificate that it shows. */
  readonly client: readonly string[]
  readonly atMs: number | null
  readonly audience: string | null
  /** Whether it brings the proofs that zk caveats ask for. */
  readonly proven: boolean
}

export interface SimulatedToken {
  readonly allowed: boolean
  readonly stops: Stop | null
  readonly caveats: readonly CaveatVerdict[]
  /** Every verb of the node, when none was asked about. */
  readonly verbs?: readonly { readonly verb: string; readonly allowed: boolean; readonly caveat: string }[]
}

export type ToRevoke =
  /** That token and what was made from it, or with `family` every token of its minting. */
  | { readonly by: 'token'; readonly token: string; readonly family: boolean }
  | { readonly by: 'identifier'; readonly identifier: string }
  /** Its tokens that were minted before now. */
  | { readonly by: 'tenant'; readonly tenant: string }

export interface RevocationView {
  readonly by: string
  readonly what: string
  /** When the entry is no longer needed; null when that cannot be known. */
  readonly until: string | null
  /** Of a tenant: tokens minted from then on are good. */
  readonly minted_before: string | null
}

const ttl = { usualMs: 24 * 3_600_000, leastMs: 1_000, mostMs: 366 * 24 * 3_600_000 }

/** `guard` is for what anybody may read who may read the admin surface; `strict` always asks for a capability. */
export function tokenRoutes(tokens: TokensView, guard: Guard, strict: Guard): readonly PlainRoute[] {
  return [
    {
      route: 'POST /api/v1/tokens/mint',
      async handle(exchange, { traceId }) {
        const subject = strict(exchange, traceId, 'admin.mint')
        const members = await membersOf(exchange, ['caveats', 'third_party', 'ttl_ms'])
        const caveats = canonical(members.texts('caveats'))
        const ttlMs = members.count('ttl_ms', ttl.mostMs) ?? ttl.usualMs
        if (ttlMs < ttl.leastMs) throw new Refusal('BadRequest', `ttl_ms is at least ${ttl.leastMs}`)
        const holder = bearerOf(exchange) ?? ''
        const wanted = { caveats, thirdParty: members.texts('third_party'), ttlMs }
        return json(201, await tokens.mint(holder, wanted, { subject, traceId }))
      },
    },
    {
      route: 'POST /api/v1/tokens/attenuate',
      async handle(exchange, { traceId }) {
        guard(exchange, traceId, 'admin.read')
        const members = await membersOf(exchange, ['token', 'caveats'])
        const caveats = canonical(members.texts('caveats'))
        const narrow = readable(() =>
          caveats.reduce(
            (from, caveat) => attenuate(nodeHmac, from, caveat),
            decodeToken(members.needed('token')),
          ),
        )
        return json(200, { token: readable(() => encodeToken(narrow)) })
      },
    },
    {
      route: 'POST /api/v1/tokens/inspect',
      async handle(exchange, { traceId }) {
        guard(exchange, traceId, 'admin.read')
        const members = await membersOf(exchange, ['token'])
        return json(
          200,
          readable(() => tokens.inspect(members.needed('token'))),
        )
      },
    },
    {
      route: 'POST /api/v1/tokens/simulate',
      async handle(exchange, { traceId }) {
        guard(exchange, traceId, 'admin.read')
        const members = await membersOf(exchange, simulateMembers)
        const request = describedBy(members, exchange)
        return json(
          200,
          readable(() => tokens.simulate(members.needed('token'), request)),
        )
      },
    },
    {
      route: 'POST /api/v1/tokens/revoke',
      async handle(exchange, { traceId }) {
        const subject = strict(exchange, traceId, 'admin.revoke')
        const what = toRevoke(await membersOf(exchange, ['token', 'family', 'identifier', 'tenant']))
        return json(200, await readable(() => tokens.revoke(what, { subject, traceId })))
      },
    },
    {
      route: 'GET /api/v1/tokens/revocations',
      handle(exchange, { traceId }) {
        guard(exchange, traceId, 'admin.read')
        return json(200, { revocations: tokens.revocations() })
      },
    },
  ]
}

/** As the node would read them; what it would not understand is refused. */
function canonical(caveats: readonly string[]): readonly string[] {
  return readable(() => caveats.map((caveat) => formatCaveat(parseCaveat(caveat))))
}

const simulateMembers = [
  'token',
  'verb',
  'path',
  'bytes',
  'tenant',
  'peer',
  'client',
  'at',
  'audience',
  'proven',
]

function describedBy(members: Members, { peer }: Exchange): RequestToSimulate {
  const at = members.text('at')
  const atMs = at === null ? null : Date.parse(at)
  if (atMs !== null && !Number.isFinite(atMs))
    throw new Refusal('BadRequest', 'at is a time such as 2030-01-31T12:00:00Z')
  const tenant = members.text('tenant')
  if (tenant !== null && !tenantForm.test(tenant)) throw wrongTenant()
  return {
    verb: members.text('verb'),
    path: members.text('path'),
    bytes: members.count('bytes', Number.MAX_SAFE_INTEGER) ?? 0,
    tenant,
    peer: members.text('peer') ?? peer,
    // Read as caveats name them, so that a mistake does not pass for a certificate that is not it.
    client: members.texts('client').map((name) => clientName(name)),
    atMs,
    audience: members.text('audience'),
    proven: members.flag('proven'),
  }
}

function clientName(name: string): string {
  return readable(() => {
    parseCaveat(`client = ${name}`)
    return name
  })
}

const tenantForm = /^[0-9a-f]{32}$/

function toRevoke(members: Members): ToRevoke {
  const [token, identifier, tenant] = [
    members.text('token'),
    members.text('identifier'),
    members.text('tenant'),
  ]
  const given = [token, identifier, tenant].filter((value) => value !== null)
  if (given.length !== 1 || given[0] === '')
    throw new Refusal('BadRequest', 'name one of token, identifier and tenant')
  const family = members.flag('family')
  if (token !== null) return { by: 'token', token, family }
  if (family) throw new Refusal('BadRequest', 'family goes with a token')
  if (identifier !== null) return { by: 'identifier', identifier }
  if (tenant !== null && tenantForm.test(tenant)) return { by: 'tenant', tenant }
  throw wrongTenant()
}

function wrongTenant(): Refusal {
  return new Refusal('BadRequest', 'tenant is 32 lower-case hex digits')
}
