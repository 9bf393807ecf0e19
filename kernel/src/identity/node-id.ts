/**
 * Who a node is: the hash of its public key. Whoever knows the id needs to be told no key, and no two keys share one.
 *
 *     node id = hex(SHA-256("ron-node/1\n" ‖ public key))       64 lower-case digits
 */

import { createPublicKey, hash, verify, type KeyObject } from 'node:crypto'

/** Of an Ed25519 key, and of a signature of one (RFC 8032). */
export const keyBytes = 32
const signatureBytes = 64
/** What comes before the key itself in the encoding of RFC 8410. */
const spki = Buffer.from('302a300506032b6570032100', 'hex')

export function nodeIdOf(publicKey: Uint8Array): string {
  return hash('sha256', Buffer.concat([Buffer.from('ron-node/1\n'), publicKey]), 'hex')
}

/** The bytes that this base64 stands for, when it is the one way to write so many; null for any other text. */
export function bytesOf(base64: string, length: number): Uint8Array | null {
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length === length && bytes.toString('base64') === base64 ? bytes : null
}

/** Whether the key of these 32 bytes signed this text. `signature` is base64. */
export function isSignedBy(publicKey: Uint8Array, text: string, signature: string): boolean {
  const bytes = bytesOf(signature, signatureBytes)
  return bytes !== null && verify(null, Buffer.from(text), keyObject(publicKey), bytes)
}

function keyObject(publicKey: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([spki, publicKey]), format: 'der', type: 'spki' })
}
