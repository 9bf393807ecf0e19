/**
 * The HMAC chain of a macaroon, as libmacaroons defines it: mint, attenuate, verify. Each link is keyed with
 * the one before it, so a holder can add caveats without the root key and nobody can take one away. It knows
 * neither what caveats mean nor which HMAC implementation it runs on: node:crypto in the node, noble in a browser.
 *
 *     derived = HMAC(key "macaroons-key-generator", root key)
 *     sig 0   = HMAC(derived, identifier)
 *     sig i   = HMAC(sig i-1, caveat i)                                        first-party
 *             = HMAC(sig i-1, HMAC(sig i-1, vid) ‖ HMAC(sig i-1, caveat i))    third-party
 *     bound   = HMAC(0, HMAC(0, sig of the token) ‖ HMAC(0, sig of the discharge))
 */

import { caveatsMax, fieldBytesMax, signatureBytes, type Macaroon, type RawCaveat } from './codec.ts'
import { MacaroonError, type Objection } from './error.ts'
import type { ChainStart, RootSet } from './roots.ts'
import { openBox } from './secret-box.ts'
import { printable, utf8 } from './text.ts'

/** HMAC-SHA256 (RFC 2104). Never keeps or changes its arguments. */
export type Hmac = (key: Uint8Array, data: Uint8Array) => Uint8Array

export interface Minting {
  /** The root key, of any length; 32 random bytes are right. */
  readonly key: Uint8Array
  /** Not secret; see `roots.ts` for the form that names a key. Bytes for the discharge of a caveat that is no text. */
  readonly identifier: string | Uint8Array
  readonly location: string | null
}

// libmacaroons pads this to 32 bytes with zeros, which HMAC does anyway: any key under 64 bytes is zero-padded.
const KEY_GENERATOR = utf8('macaroons-key-generator')
const none = new Uint8Array(0)
/** Of libmacaroons, for binding discharges. */
const bindingKey = new Uint8Array(signatureBytes)

/** A macaroon without caveats: everything the root key can do. Attenuate it before handing it out. */
export function mint(hmac: Hmac, { key, identifier, location }: Minting): Macaroon {
  const id = bounded('identifier', typeof identifier === 'string' ? utf8(identifier) : identifier)
  const derived = deriveKey(hmac, key)
  const signature = hmac(derived, id)
  derived.fill(0)
  return {
    location: location === null ? null : bounded('location', utf8(location)),
    identifier: id,
    caveats: [],
    signature,
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
  /** What has to hold: the caveats that are the node's to check, of the macaroon and of its discharges. */
  readonly caveats: readonly RawCaveat[]
}

/**
 * null when the macaroon descends from one of the roots. Its caveats are then authentic, and all that is left
 * to do is to check every one of them against the request. Each of a third party must be discharged, and each
 * discharge be of use.
 */
export function verify(
  hmac: Hmac,
  macaroon: Macaroon,
  roots: RootSet,
  discharges: readonly Macaroon[] = [],
): Objection | null {
  const traced = trace(hmac, macaroon, roots, discharges)
  return 'reason' in traced ? traced : null
}

/** The same, with the way from the root for whoever wants to know of which macaroons this one was made. */
export function trace(
  hmac: Hmac,
  macaroon: Macaroon,
  roots: RootSet,
  discharges: readonly Macaroon[] = [],
): Trace | Objection {
  const lineage = lineageOf(hmac, macaroon, roots)
  if ('reason' in lineage) return lineage
  const caveats = discharged(hmac, macaroon, lineage, discharges)
  return 'reason' in caveats ? caveats : { lineage, caveats }
}

/** The way from the root alone: that it is genuine, whether or not its caveats hold. */
export function lineageOf(hmac: Hmac, macaroon: Macaroon, roots: RootSet): Trace['lineage'] | Objection {
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
  return lineage
}

/** What is left to check once every caveat of a third party has its discharge. */
function discharged(
  hmac: Hmac,
  macaroon: Macaroon,
  lineage: readonly Uint8Array[],
  discharges: readonly Macaroon[],
): readonly RawCaveat[] | Objection {
  const unused = [...discharges]
  const left: RawCaveat[] = []
  // A discharge may have third-party caveats of its own; each takes another discharge, so this ends.
  const open = [{ caveats: macaroon.caveats, signatures: lineage }]
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { caveats, signatures } = next
    for (const [at, caveat] of caveats.entries()) {
      if (caveat.vid === null) {
        left.push(caveat)
        continue
      }
      // The last signature is the macaroon's own; what a trusted token covers has none before it.
      const before = signatures[signatures.length - 1 - (caveats.length - at)]
      const key = before === undefined ? null : openBox(before, caveat.vid)
      const found = unused.findIndex(({ identifier }) => equalBytes(identifier, caveat.id))
      const [discharge] = found < 0 ? [] : unused.splice(found, 1)
      if (discharge === undefined || key === null) return undischarged(caveat)
      const start = { signature: hmac(key, discharge.identifier), caveatsCovered: 0 }
      const walked = walk(hmac, start, discharge.caveats)
      const end = boundTo(hmac, macaroon.signature, walked.at(-1) ?? none)
      if (!equalBytes(end, discharge.signature)) {
        return {
          reason: 'a discharge is not of this caveat, or not bound to this token',
          fix: 'bind the discharge to the very token that it is sent with',
          caveat: printable(caveat.id),
        }
      }
      open.push({ caveats: discharge.caveats, signatures: walked })
    }
  }
  const [stranger] = unused
  if (stranger === undefined) return left
  return {
    reason: `no caveat asks for the discharge "${printable(stranger.identifier)}"`,
    fix: 'send the discharges alone that the token needs',
  }
}

/** What is against a token whose third party has not spoken. */
export function undischarged({ id, location }: RawCaveat): Objection {
  const where = location === null ? 'its issuer' : printable(location)
  return {
    reason: 'a third-party caveat needs a discharge, and the token brings none for it',
    fix: `get a discharge from ${where}, and bind it to the token`,
    caveat: printable(id),
  }
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

/** The signature of a discharge that goes with a token, and with no other: whoever takes it along can use it for nothing else. */
export function boundTo(hmac: Hmac, token: Uint8Array, discharge: Uint8Array): Uint8Array {
  return joined(hmac, bindingKey, token, discharge)
}

/** The next link of the chain. */
export function link(hmac: Hmac, signature: Uint8Array, caveat: RawCaveat): Uint8Array {
  if (caveat.vid === null) return hmac(signature, caveat.id)
  return joined(hmac, signature, caveat.vid, caveat.id)
}

function joined(hmac: Hmac, key: Uint8Array, one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(2 * signatureBytes)
  both.set(hmac(key, one), 0)
  both.set(hmac(key, other), signatureBytes)
  return hmac(key, both)
}

function bounded(what: string, field: Uint8Array): Uint8Array {
  if (field.length > 0 && field.length <= fieldBytesMax) return field
  throw new MacaroonError(
    `the ${what} has ${field.length} bytes; between 1 and ${fieldBytesMax} are accepted`,
    field.length === 0 ? `write a ${what}` : `shorten the ${what}`,
  )
}
