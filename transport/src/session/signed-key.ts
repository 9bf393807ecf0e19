/**
 * The key that a node opens sessions with, under the signature of its identity: what was signed for another end, or by
 * somebody else, is none. The text has one form:
 *
 *     ron-session/1
 *     the suite
 *     SHA-256 of the public key, 64 lower-case hex digits
 *     issued, in milliseconds since the Unix epoch
 *     expires
 */

import { toHex } from '../oap/bytes.ts'
import { isSignedBy } from './identity.ts'
import type { Primitives } from './primitives.ts'
import type { Suite } from './suites.ts'
import type { SessionTools } from './tools.ts'

export interface SignedKey {
  readonly suite: Suite
  /** The first 16 digits of the hash of its public key. */
  readonly id: string
  /** Of X-Wing, 1216 bytes. */
  readonly publicKey: Uint8Array
  readonly issuedMs: number
  readonly expiresMs: number
  /** Who the node is, and what that signed: of the lengths that the suite says. */
  readonly identity: Uint8Array
  readonly signature: Uint8Array
}

/** How far the clocks of a node and of its clients may be apart. */
const skewMs = 5 * 60_000
const text = new TextEncoder()

export function keyIdOf(publicKey: Uint8Array, primitives: Pick<Primitives, 'sha256'>): string {
  return toHex(primitives.sha256([publicKey])).slice(0, 16)
}

/** What the identity of the node signs. */
export function signedKeyText(
  {
    suite,
    publicKey,
    issuedMs,
    expiresMs,
  }: Pick<SignedKey, 'suite' | 'publicKey' | 'issuedMs' | 'expiresMs'>,
  primitives: Pick<Primitives, 'sha256'>,
): Uint8Array {
  const digest = toHex(primitives.sha256([publicKey]))
  return text.encode(`ron-session/1\n${suite}\n${digest}\n${issuedMs}\n${expiresMs}\n`)
}

/** Why nobody should use it, as a sentence; null when there is nothing against it. */
export function objection(
  key: SignedKey,
  nowMs: number,
  tools: Pick<SessionTools, 'primitives' | 'mlDsa'>,
): string | null {
  if (key.id !== keyIdOf(key.publicKey, tools.primitives)) return 'the session key has the id of another key'
  if (!isSignedBy(key.identity, signedKeyText(key, tools.primitives), key.signature, tools))
    return 'the session key is not signed by the identity that is said to have signed it'
  if (nowMs < key.issuedMs - skewMs)
    return `the session key is of the future: it was issued ${new Date(key.issuedMs).toISOString()}; set the clocks`
  if (nowMs > key.expiresMs + skewMs)
    return `the session key expired ${new Date(key.expiresMs).toISOString()}; set the clocks, or ask the node again`
  return null
}
