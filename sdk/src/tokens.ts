/**
 * Capabilities as a node's admin surface makes and ends them: mint, inspect, simulate, revoke. To mint and to revoke
 * takes a token with the verb for it, `admin.mint` and `admin.revoke`.
 *
 *     const tokens = tokensOf(new SDK({ baseUrl: 'http://127.0.0.1:9090', cap }))
 *     const { token } = await tokens.mint(['verbs = objects.read'], { ttlMs: 3_600_000 })
 */

import type { CallOptions } from './api.ts'
import { ProtocolError } from './error.ts'
import type { Content, PathBody } from './paths.ts'

export interface MintedToken {
  readonly token: string
  readonly identifier: string
  readonly expires: string
  readonly caveats: readonly string[]
}

/** The first thing that is against a token. */
export interface TokenStop {
  readonly code: string
  readonly reason: string
  readonly fix: string
  readonly rule?: string
  readonly caveat?: string
}

export interface InspectedByNode {
  readonly identifier: string
  readonly caveats: readonly string[]
  /** Null when it has no end. */
  readonly expires: string | null
  readonly good: boolean
  readonly stops: TokenStop | null
}

/** A request that is not made. Without a verb, every verb of the node is asked about. */
export interface RequestToSimulate {
  readonly verb?: string
  /** Without it, path and size are left out. */
  readonly path?: string
  readonly bytes?: number
  readonly tenant?: string
  readonly peer?: string
  /** Names of the certificate that it shows, such as `dns:app.example`. */
  readonly client?: readonly string[]
  /** RFC 3339; now when left out. */
  readonly at?: string
  readonly audience?: string
  /** Takes the proofs that `zk` caveats ask for as given. */
  readonly proven?: boolean
}

export interface SimulatedByNode {
  readonly allowed: boolean
  readonly stops: TokenStop | null
  readonly caveats: readonly {
    readonly caveat: string
    readonly holds: boolean
    readonly reason: string
    readonly fix: string
  }[]
  readonly verbs?: readonly { readonly verb: string; readonly allowed: boolean; readonly caveat: string }[]
}

export type TokensToRevoke =
  /** That token and what was made from it; with `family` every token of its minting. */
  | { readonly token: string; readonly family?: boolean }
  | { readonly identifier: string }
  /** The tokens of a tenant that were minted before now. */
  | { readonly tenant: string }

export interface Revocation {
  readonly by: string
  readonly what: string
  readonly until: string | null
  readonly minted_before: string | null
}

export interface Tokens {
  mint(
    caveats: readonly string[],
    /** `thirdParty` is what the node's issuer of discharges has to say. */
    more?: { readonly ttlMs?: number; readonly thirdParty?: readonly string[] },
    options?: CallOptions,
  ): Promise<MintedToken>
  inspect(token: string, options?: CallOptions): Promise<InspectedByNode>
  simulate(token: string, request: RequestToSimulate, options?: CallOptions): Promise<SimulatedByNode>
  revoke(what: TokensToRevoke, options?: CallOptions): Promise<Revocation>
  revocations(options?: CallOptions): Promise<readonly Revocation[]>
}

/** What it asks with: an `SDK` whose `baseUrl` is the admin address of a node. */
export interface AdminClient {
  get(path: string, options?: CallOptions): Promise<Content>
  post(path: string, body: PathBody | object, options?: CallOptions): Promise<Content>
}

export function tokensOf(client: AdminClient): Tokens {
  const posted = (what: string, body: object, options: CallOptions = {}) =>
    client.post(`/api/v1/tokens/${what}`, body, options)
  return {
    async mint(caveats, { ttlMs, thirdParty = [] } = {}, options = {}) {
      const body = { caveats, third_party: thirdParty, ...(ttlMs === undefined ? {} : { ttl_ms: ttlMs }) }
      return answer<MintedToken>(await posted('mint', body, options), 'token', 'identifier')
    },
    async inspect(token, options) {
      return answer<InspectedByNode>(await posted('inspect', { token }, options), 'good', 'caveats')
    },
    async simulate(token, request, options) {
      const content = await posted('simulate', { token, ...request }, options)
      return answer<SimulatedByNode>(content, 'allowed', 'caveats')
    },
    async revoke(what, options) {
      return answer<Revocation>(await posted('revoke', what, options), 'by', 'what')
    },
    async revocations(options) {
      const content = await client.get('/api/v1/tokens/revocations', options)
      return answer<Revocations>(content, 'revocations').revocations
    },
  }
}

interface Revocations {
  readonly revocations: readonly Revocation[]
}

/** Throws a `ProtocolError` when what answered is no node's admin surface. */
function answer<Answer extends object>(content: Content, ...members: readonly (keyof Answer)[]): Answer {
  if (hasMembers<Answer>(content, members)) return content
  throw new ProtocolError('the answer is not that of an admin surface; baseUrl must be its address')
}

/** The node says what is in them; that they are there tells a node from anything else. */
function hasMembers<Answer extends object>(
  content: unknown,
  members: readonly (keyof Answer)[],
): content is Answer {
  return typeof content === 'object' && content !== null && members.every((name) => name in content)
}
