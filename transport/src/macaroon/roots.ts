/**
 * What a node trusts, and which part of it a token may descend from. A root is a key the node mints with, or
 * an anchor: a macaroon handed to the node, which then accepts that macaroon and whatever was attenuated from
 * it, without ever knowing the key behind it.
 *
 * The rule for identifiers, for anyone who mints with a node's root key in any language:
 *
 *     v1:<kid>:<anything>    checked against the key of that id, and no other (also plain `v1:<kid>`)
 *     anything else          checked against the first key of the set
 *
 * An anchor answers to exactly its own identifier, whatever its form.
 */

import { toBase64Url } from './base64.ts'
import { deriveKey, equalBytes, type Hmac } from './chain.ts'
import type { Macaroon, RawCaveat } from './codec.ts'
import { MacaroonError } from './error.ts'
import { printable } from './text.ts'

export type Root =
  | { readonly kind: 'key'; readonly kid: string; readonly key: Uint8Array }
  | { readonly kind: 'anchor'; readonly macaroon: Macaroon }

/** A point of the chain from which the rest of a macaroon can be recomputed. */
export interface ChainStart {
  readonly signature: Uint8Array
  /** How many of the macaroon's caveats the signature already covers. */
  readonly caveatsCovered: number
}

export interface RootSet {
  /** Every start this macaroon may have; none means nothing here vouches for it. */
  startsOf(macaroon: Macaroon): readonly ChainStart[]
}

/** A set that is let go of when its keys change. */
export interface WipedRootSet extends RootSet {
  /** Overwrites what it made of the keys. It vouches for nothing from then on but anchors. */
  wipe(): void
}

/** Each root may cost one walk along a token's chain, so their number is small. */
export const rootsMax = 16

const KID = /^[A-Za-z0-9_-]{1,64}$/

/** Throws a `MacaroonError` for a set that is ambiguous or too large. An empty set is valid and trusts nothing. */
export function rootSet(hmac: Hmac, roots: readonly Root[]): WipedRootSet {
  if (roots.length > rootsMax) {
    throw new MacaroonError(`${roots.length} roots; at most ${rootsMax} are accepted`, 'retire old keys')
  }
  const keys = new Map<string, Uint8Array>()
  const anchors: Macaroon[] = []
  for (const root of roots) {
    if (root.kind === 'anchor') anchors.push(root.macaroon)
    else keys.set(checkedKid(root.kid, keys), deriveKey(hmac, root.key))
  }
  const [firstKey] = keys.values()
  let wiped = false

  return {
    startsOf(macaroon) {
      const starts: ChainStart[] = []
      const kid = kidOf(macaroon.identifier)
      const key = kid === null ? firstKey : keys.get(kid)
      if (key !== undefined && !wiped)
        starts.push({ signature: hmac(key, macaroon.identifier), caveatsCovered: 0 })
      for (const anchor of anchors) {
        if (!descends(macaroon, anchor)) continue
        starts.push({ signature: anchor.signature, caveatsCovered: anchor.caveats.length })
      }
      return starts
    },
    wipe() {
      wiped = true
      for (const key of keys.values()) key.fill(0)
    },
  }
}

/** When a token was made and when it ends, as its identifier says. Whole milliseconds. */
export interface Life {
  readonly mintedMs: number
  readonly expiresMs: number
}

/**
 * The identifier of a token minted here: which key, a nonce that tells tokens apart in logs and quotas, and for
 * revocation the milliseconds of its making and its end, `v1:<kid>:<nonce>:<minted>-<expires>`.
 */
export function identifierFor(kid: string, nonce: Uint8Array, { mintedMs, expiresMs }: Life): string {
  return `v1:${kid}:${toBase64Url(nonce)}:${mintedMs}-${expiresMs}`
}

/** What an identifier of that form says; null for any other. It is as true as the token is genuine. */
export function lifeOf(identifier: string): Life | null {
  const [, minted, expires] = /^v1:[^:]+:[\w-]+:(\d{1,15})-(\d{1,15})$/.exec(identifier) ?? []
  if (minted === undefined || expires === undefined) return null
  return { mintedMs: Number(minted), expiresMs: Number(expires) }
}

/** The key an identifier names, or null when it names none. */
function kidOf(identifier: Uint8Array): string | null {
  return kidNamedBy(printable(identifier, Number.POSITIVE_INFINITY))
}

/** The same for an identifier as text. */
export function kidNamedBy(identifier: string): string | null {
  const [, kid] = /^v1:([^:]*)/.exec(identifier) ?? []
  return kid ?? null
}

/** Same identifier, and the anchor's caveats first and unchanged; the rest of the chain is for `verify`. */
function descends(macaroon: Macaroon, anchor: Macaroon): boolean {
  return (
    macaroon.caveats.length >= anchor.caveats.length &&
    equalBytes(macaroon.identifier, anchor.identifier) &&
    anchor.caveats.every((caveat, at) => sameCaveat(caveat, macaroon.caveats[at]))
  )
}

/** Equal in what the chain covers; a third party's location is only a hint. */
function sameCaveat(one: RawCaveat, other: RawCaveat | undefined): boolean {
  if (other === undefined || !equalBytes(one.id, other.id)) return false
  return one.vid === null || other.vid === null ? one.vid === other.vid : equalBytes(one.vid, other.vid)
}

function checkedKid(kid: string, taken: ReadonlyMap<string, unknown>): string {
  if (!KID.test(kid)) {
    throw new MacaroonError(`"${kid}" cannot name a key`, 'use 1 to 64 letters, digits, "-" or "_"')
  }
  if (taken.has(kid)) throw new MacaroonError(`two root keys are named "${kid}"`, 'rename one of them')
  return kid
}
