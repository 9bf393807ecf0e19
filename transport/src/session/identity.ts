/**
 * Who a node is to the clients of its sessions: an Ed25519 key, or that and an ML-DSA-65 key behind it. The id is a hash of
 * all of it, so that of two keys holds whoever knows it to both.
 *
 *     id of one key   hex(SHA-256("ron-node/1\n" ‖ Ed25519))                64 lower-case digits
 *     id of two       hex(SHA-256("ron-node/2\n" ‖ Ed25519 ‖ ML-DSA-65))
 */

import { toHex } from '../oap/bytes.ts'
import { ed25519 } from './suites.ts'
import type { SessionTools } from './tools.ts'

type Sha256 = { readonly primitives: Pick<SessionTools['primitives'], 'sha256'> }

const text = new TextEncoder()

/** What it may be known by, the one that says the most first. */
export function nodeIdsOf(identity: Uint8Array, { primitives }: Sha256): readonly [string, ...string[]] {
  const idOf = (version: number, keys: Uint8Array) =>
    toHex(primitives.sha256([text.encode(`ron-node/${version}\n`), keys]))
  const ofOne = idOf(1, identity.subarray(0, ed25519.identity))
  return identity.length === ed25519.identity ? [ofOne] : [idOf(2, identity), ofOne]
}

/** Whether each of its keys signed this. */
export function isSignedBy(
  identity: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  { primitives, mlDsa }: Pick<SessionTools, 'primitives' | 'mlDsa'>,
): boolean {
  const key = identity.subarray(0, ed25519.identity)
  if (!primitives.verify(key, message, signature.subarray(0, ed25519.signature))) return false
  if (identity.length === ed25519.identity) return signature.length === ed25519.signature
  return mlDsa.verify(identity.subarray(ed25519.identity), message, signature.subarray(ed25519.signature))
}
