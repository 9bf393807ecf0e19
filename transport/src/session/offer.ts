/**
 * What HELLO and its answer say of a session (OAP/1 §4). A client offers suites, and once it knows a key of the node
 * it sends a ciphertext for it along:
 *
 *     "pq": { "suites": ["X-Wing/…"], "key": "0123456789abcdef", "enc": "<base64url>" }
 *
 * The node answers with the key to use, or, to a ciphertext, with its nonce, and then the session is open:
 *
 *     "session_key": { "suite", "id", "public", "issued_ms", "expires_ms", "identity", "signature" }
 *     "session": { "suite", "key", "nonce" }
 *
 * Unknown members are refused in all three.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import { fromBase64, toBase64Url } from '../macaroon/base64.ts'
import type { SignedKey } from './signed-key.ts'
import { ciphertextBytes, publicKeyBytes } from './sizes.ts'
import { bestOf, signedWith, suites, type Suite } from './suites.ts'

export interface Offer {
  readonly suites: readonly string[]
  /** Null in the first HELLO, when the client knows no key yet. */
  readonly encapsulated: { readonly key: string; readonly ciphertext: Uint8Array } | null
}

/** The answer to a ciphertext. */
export interface Accepted {
  readonly suite: Suite
  readonly key: string
  /** 32 random bytes of the node. */
  readonly nonce: Uint8Array
}

export const sessionNonceBytes = 32
const suitesMax = 8
const suiteLengthMax = 64
const idForm = /^[0-9a-f]{16}$/

type Members = Readonly<Record<string, unknown>>

export function offerMember({ suites, encapsulated }: Offer): object {
  if (encapsulated === null) return { suites }
  return { suites, key: encapsulated.key, enc: toBase64Url(encapsulated.ciphertext) }
}

/** Throws a `Refusal` (BadRequest). */
export function readOffer(value: unknown): Offer {
  const what = 'HELLO: pq'
  const members = membersOf(value, what, ['suites', 'key', 'enc'])
  const { suites, key, enc } = members
  if (!isTexts(suites) || suites.length > suitesMax)
    throw refused(`${what}.suites must be a list of at most ${suitesMax} names`)
  if ((key === undefined) !== (enc === undefined)) throw refused(`${what} has key and enc, or neither`)
  if (key === undefined) return { suites, encapsulated: null }
  return {
    suites,
    encapsulated: { key: idIn(key, `${what}.key`), ciphertext: bytesIn(enc, `${what}.enc`, ciphertextBytes) },
  }
}

export function signedKeyMember(key: SignedKey): object {
  return {
    suite: key.suite,
    id: key.id,
    public: toBase64Url(key.publicKey),
    issued_ms: key.issuedMs,
    expires_ms: key.expiresMs,
    identity: toBase64Url(key.identity),
    signature: toBase64Url(key.signature),
  }
}

/** Throws a `Refusal` (BadRequest). Nothing is verified yet. */
export function readSignedKey(value: unknown): SignedKey {
  const what = 'session_key'
  const names = ['suite', 'id', 'public', 'issued_ms', 'expires_ms', 'identity', 'signature'] as const
  const members = membersOf(value, what, names)
  const suite = suiteIn(members['suite'], what)
  const lengths = signedWith[suite]
  return {
    suite,
    id: idIn(members['id'], `${what}.id`),
    publicKey: bytesIn(members['public'], `${what}.public`, publicKeyBytes),
    issuedMs: timeIn(members['issued_ms'], `${what}.issued_ms`),
    expiresMs: timeIn(members['expires_ms'], `${what}.expires_ms`),
    identity: bytesIn(members['identity'], `${what}.identity`, lengths.identity),
    signature: bytesIn(members['signature'], `${what}.signature`, lengths.signature),
  }
}

export function acceptedMember({ suite, key, nonce }: Accepted): object {
  return { suite, key, nonce: toBase64Url(nonce) }
}

/** Throws a `Refusal` (BadRequest). */
export function readAccepted(value: unknown): Accepted {
  const what = 'session'
  const members = membersOf(value, what, ['suite', 'key', 'nonce'])
  return {
    suite: suiteIn(members['suite'], what),
    key: idIn(members['key'], `${what}.key`),
    nonce: bytesIn(members['nonce'], `${what}.nonce`, sessionNonceBytes),
  }
}

function membersOf(value: unknown, what: string, names: readonly string[]): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refused(`${what} must be an object`)
  const unknown = Object.keys(value).find((name) => !names.includes(name))
  if (unknown !== undefined)
    throw refused(`${what} has the unknown member ${JSON.stringify(unknown.slice(0, suiteLengthMax))}`)
  return { ...value }
}

function isTexts(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) && value.every((item) => typeof item === 'string' && item.length <= suiteLengthMax)
  )
}

function suiteIn(value: unknown, what: string): Suite {
  const suite = typeof value === 'string' ? bestOf([value]) : null
  if (suite !== null) return suite
  throw refused(`${what}.suite must be one of ${suites.join(', ')}`)
}

function idIn(value: unknown, what: string): string {
  if (typeof value === 'string' && idForm.test(value)) return value
  throw refused(`${what} must be 16 lower-case hex digits`)
}

function timeIn(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw refused(`${what} must be milliseconds since 1970`)
}

function bytesIn(value: unknown, what: string, length: number): Uint8Array {
  const bytes = typeof value === 'string' && value.length <= 2 * length ? decoded(value) : null
  if (bytes !== null && bytes.length === length) return bytes
  throw refused(`${what} must be ${length} bytes in base64url`)
}

function decoded(value: string): Uint8Array | null {
  try {
    return fromBase64(value)
  } catch {
    return null
  }
}

function refused(message: string): Refusal {
  return new Refusal('BadRequest', message)
}
