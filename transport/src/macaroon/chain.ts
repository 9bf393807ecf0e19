/**
 * The HMAC chain of a macaroon, as libmacaroons defines it: mint, attenuate, verify. Each link is keyed with
 * the one before it, so a holder can add caveats without the root key and nobody can take one away. It knows
 * neither what caveats mean nor which HMAC implementation it runs on: node:crypto in the node, noble in a browser.
 *
 *     derived = HMAC(key "macaroons-key-generator", root key)
 *     sig 0   = HMAC(derived, identifier)
 *     sig i   = HMAC(sig i-1, caveat i)                                        first-party
 *             = HMAC(sig i-1, HMAC(sig i-1, vid) ‖ HMAC(sig i-1, caveat i))    third-party
 */

import { caveatsMax, fieldBytesMax, signatureBytes, type Macaroon, type RawCaveat } from './codec.ts'
import { MacaroonError, type Objection } from './error.ts'
import type { ChainStart, RootSet } from './roots.ts'
import { printable, utf8 } from './text.ts'

/** HMAC-SHA256 (RFC 2104). Never keeps or changes its arguments. */
export type Hmac = (key: Uint8Array, data: Uint8Array) => Uint8Array

export interface Minting {
  /** The root key, of any length; 32 random bytes are right. */
  readonly key: Uint8Array
  /** Not secret; see `roots.ts` for the form that names a key. */
  readonly identifier: string
  readonly location: string | null
}

// libmacaroons pads this to 32 bytes with zeros, which HMAC does anyway: any key under 64 bytes is zero-padded.
const KEY_GENERATOR = utf8('macaroons-key-generator')
const none = new Uint8Array(0)

/** A macaroon without caveats: everything the root key can do. Attenuate it before handing it out. */
export function mint(hmac: Hmac, { key, identifier, location }: Minting): Macaroon {
  const id = bounded('identifier', utf8(identifier))
  return {
    location: location === null ? null : bounded('location', utf8(location)),
    identifier: id,
    caveats: [],
    signature: hmac(deriveKey(hmac, key), id),
  }
}

/** The same macaroon under one more caveat. Needs no key: this is what a holder does before passing it on. */
export function attenuate(hmac: Hmac, macaroon: Macaroon, predicate: string): Macaroon {
  if (macaroon.caveats.length === caveatsMax) {
    throw new MacaroonError(
      `the token has ${caveatsMax} caveats already`,
      'attenuate an earlier token instead',
    )
  }
  const caveat = { id: bounded('caveat', utf8(predicate)), location: null, vid: null }
  return {
    ...macaroon,
    caveats: [...macaroon.caveats, caveat],
    signature: link(hmac, macaroon.signature, caveat),
  }
}

/** What the chain of a genuine macaroon passes through. */
export interface Trace {
  /**
   * The signature before each caveat that was walked over, and last the macaroon's own. Everything attenuated from
   * a macaroon has that one's signature here.
   */
  readonly lineage: readonly Uint8Array[]
}

/**
 * null when the macaroon descends from one of the roots. Its caveats are then authentic, and all that is left
 * to do is to check every one of them against the request. Third-party caveats need a discharge, and there is
 * no way to hand one in, so a genuine macaroon that has one is refused as well.
 */
export function verify(hmac: Hmac, macaroon: Macaroon, roots: RootSet): Objection | null {
  const traced = trace(hmac, macaroon, roots)
  return 'reason' in traced ? traced : null
}

/** The same, with the way from the root for whoever wants to know of which macaroons this one was made. */
export function trace(hmac: Hmac, macaroon: Macaroon, roots: RootSet): Trace | Objection {
  const starts = roots.startsOf(macaroon)
  if (starts.length === 0) {
    return {
      reason: `no root key or trusted token answers to identifier "${printable(macaroon.identifier)}"`,
      fix: 'use a token minted for this node',
    }
  }
  const lineage = starts
    .map((start) => walk(hmac, start, macaroon.caveats))
    .find((signatures) => equalBytes(signatures.at(-1) ?? none, macaroon.signature))
  if (lineage === undefined) {
    return {
      reason: 'the signature does not match',
      fix: 'use the token unchanged, or attenuate it from the original',
    }
  }
  const thirdParty = macaroon.caveats.find((caveat) => caveat.vid !== null)
  if (thirdParty !== undefined) {
    return {
      reason: 'a third-party caveat needs a discharge, and this node accepts none',
      fix: 'use a token without third-party caveats',
      caveat: printable(thirdParty.id),
    }
  }
  return { lineage }
}

function walk(
  hmac: Hmac,
  { signature, caveatsCovered }: ChainStart,
  caveats: readonly RawCaveat[],
): readonly Uint8Array[] {
  const signatures = [signature]
  let last = signature
  for (const caveat of caveats.slice(caveatsCovered)) {
    last = link(hmac, last, caveat)
    signatures.push(last)
  }
  return signatures
}

export function deriveKey(hmac: Hmac, rootKey: Uint8Array): Uint8Array {
  return hmac(KEY_GENERATOR, rootKey)
}

/** Equal bytes, in a time that depends on the length alone. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let at = 0; at < a.length; at++) difference |= (a[at] ?? 0) ^ (b[at] ?? 0)
  return difference === 0
}

function link(hmac: Hmac, signature: Uint8Array, caveat: RawCaveat): Uint8Array {
  if (caveat.vid === null) return hmac(signature, caveat.id)
  const both = new Uint8Array(2 * signatureBytes)
  both.set(hmac(signature, caveat.vid), 0)
  both.set(hmac(signature, caveat.id), signatureBytes)
  return hmac(signature, both)
}

function bounded(what: string, field: Uint8Array): Uint8Array {
  if (field.length > 0 && field.length <= fieldBytesMax) return field
  throw new MacaroonError(
    `the ${what} has ${field.length} bytes; between 1 and ${fieldBytesMax} are accepted`,
    field.length === 0 ? `write a ${what}` : `shorten the ${what}`,
  )
}
