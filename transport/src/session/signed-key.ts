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
import { suite, type Primitives } from './primitives.ts'

export interface SignedKey {
  /** The first 16 digits of the hash of its public key. */
  readonly id: string
  /** Of X-Wing, 1216 bytes. */
  readonly publicKey: Uint8Array
  readonly issuedMs: number
  readonly expiresMs: number
  /** The Ed25519 key of the node, 32 bytes. */
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
  { publicKey, issuedMs, expiresMs }: Pick<SignedKey, 'publicKey' | 'issuedMs' | 'expiresMs'>,
  primitives: Pick<Primitives, 'sha256'>,
): Uint8Array {
  const digest = toHex(primitives.sha256([publicKey]))
  return text.encode(`ron-session/1\n${suite}\n${digest}\n${issuedMs}\n${expiresMs}\n`)
}

/** The id of the node with this identity, 64 lower-case hex digits. */
export function nodeIdOf(identity: Uint8Array, primitives: Pick<Primitives, 'sha256'>): string {
  return toHex(primitives.sha256([text.encode('ron-node/1\n'), identity]))
}

/** Why nobody should use it, as a sentence; null when there is nothing against it. */
export function objection(key: SignedKey, nowMs: number, primitives: Primitives): string | null {
  if (key.id !== keyIdOf(key.publicKey, primitives)) return 'the session key has the id of another key'
  if (!primitives.verify(key.identity, signedKeyText(key, primitives), key.signature))
    return 'the session key is not signed by the identity that is said to have signed it'
  if (nowMs < key.issuedMs - skewMs)
    return `the session key is of the future: it was issued ${new Date(key.issuedMs).toISOString()}; set the clocks`
  if (nowMs > key.expiresMs + skewMs)
    return `the session key expired ${new Date(key.expiresMs).toISOString()}; set the clocks, or ask the node again`
  return null
}
