/**
 * Capabilities in the hands of whoever holds one: read what a token may do, and make a narrower one from it
 * before passing it on. Neither asks the node, and no key is needed.
 */

import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { caveatText, parseCaveat } from '@ron/transport/macaroon/caveats'
import { attenuate as link, type Hmac } from '@ron/transport/macaroon/chain'
import {
  decodeBundle,
  decodeToken,
  encodeBundle,
  encodeToken,
  type RawCaveat,
} from '@ron/transport/macaroon/codec'
import { MacaroonError } from '@ron/transport/macaroon/error'
import { simulate as simulateCaveats, type Simulated } from '@ron/transport/macaroon/simulate'
import { bindAll } from '@ron/transport/macaroon/third-party'
import { printable } from '@ron/transport/macaroon/text'
import { noTenant } from '@ron/transport/oap/frame'

export type { Simulated } from '@ron/transport/macaroon/simulate'

const portableHmac: Hmac = (key, data) => hmac(sha256, key, data)

/**
 * The token under further caveats, such as `verbs = objects.read` or `expires = 2030-01-01T00:00:00Z`; a
 * request must satisfy them all. Throws when a caveat is not one the node understands.
 */
export function attenuate(token: string, ...caveats: readonly string[]): string {
  let macaroon = decodeToken(token.trim())
  for (const caveat of caveats) {
    parseCaveat(caveat)
    macaroon = link(portableHmac, macaroon, caveat)
  }
  return encodeToken(macaroon)
}

export interface Inspected {
  /** Names the token in logs; not secret. */
  readonly identifier: string
  /** In the order they were added; one that a node would not understand is shown as it is. */
  readonly caveats: readonly string[]
}

/** What a token says of itself. Whether it is genuine only the node can tell. */
export function inspect(token: string): Inspected {
  const [{ identifier, caveats }] = decodeBundle(token.trim())
  return { identifier: printable(identifier), caveats: caveats.map(shown) }
}

/**
 * The token with the discharges of its third-party caveats, bound to it, as it is sent. Attenuate it before: it cannot
 * be afterwards.
 */
export function bind(token: string, ...discharges: readonly string[]): string {
  const others = discharges.map((each) => decodeToken(each.trim()))
  return encodeBundle(bindAll(portableHmac, decodeToken(token.trim()), others))
}

/** A request that is only described. */
export interface Described {
  /** Of the operation, such as `objects.read`. */
  readonly verb: string
  readonly path: string
  /** The length of its body; 0 when left out. */
  readonly bytes?: number
  /** The tenant it names; that of the token when left out. */
  readonly tenant?: string
  /** The address it comes from; none when left out, and then no caveat about it holds. */
  readonly peer?: string
  /** Names of the certificate that it shows, such as `dns:app.example`; none when left out. */
  readonly client?: readonly string[]
  readonly at: Date
  /** The node that decides. */
  readonly audience?: string
  /** Whether it brings the proofs that `zk` caveats ask for, and they are good. */
  readonly proven?: boolean
}

/**
 * Whether the token's caveats would let this request in, by the same function that the node decides with, and the
 * verdict of each. Whether it is genuine, and not revoked, only the node can tell: `tokensOf(…).simulate`.
 */
export function simulate(token: string, request: Described): Simulated {
  const { verb, path, bytes = 0, tenant = noTenant, peer = '', client = [], at } = request
  const { audience = '', proven = false } = request
  return simulateCaveats(decodeBundle(token.trim()), {
    claim: { verb, tenant, peer, client, nowMs: at.getTime(), audience },
    reach: { path, bodyBytes: bytes },
    proven,
  })
}

function shown({ id, vid }: RawCaveat): string {
  if (vid !== null) return printable(id)
  try {
    return caveatText(parseCaveat(id))
  } catch (cause) {
    if (cause instanceof MacaroonError) return printable(id)
    throw cause
  }
}
