/**
 * What a node's trust is made of, sealed for a file: AES-256-GCM under a key that HKDF-SHA256 (RFC 5869) makes of the
 * unsealing key and a salt of its own each time. The check tells a wrong key from a changed file, and says nothing of
 * either. It knows no disk.
 *
 *     │ RKS1 │ salt: 32 │ check: 16 │ nonce: 12 │ ciphertext │ tag: 16 │
 */

import { createCipheriv, createDecipheriv, hkdfSync, timingSafeEqual } from 'node:crypto'
import { keptText, keyOf, listOf, membersOf, revocationOf, ShapeError, type KeptRevocation } from './kept.ts'
import type { KeptKey } from './kms.ts'

export interface KeptTrust {
  readonly keys: readonly KeptKey[]
  readonly revocations: readonly KeptRevocation[]
}

/** A file that cannot be used, as the end of a sentence that begins with its path. */
export class SealedKeysError extends Error {}

const mark = Buffer.from('RKS1')
const [saltBytes, checkBytes, nonceBytes, tagBytes, keyBytes] = [32, 16, 12, 16, 32]
const headBytes = mark.length + saltBytes + checkBytes + nonceBytes
const cipher = 'aes-256-gcm'

/** `random` gives bytes that nobody was given before. */
export function sealKeys(
  unsealing: Uint8Array,
  trust: KeptTrust,
  random: (length: number) => Uint8Array,
): Uint8Array {
  const salt = random(saltBytes)
  const { key, check } = keysOf(unsealing, salt)
  const nonce = random(nonceBytes)
  const head = Buffer.concat([mark, salt, check, nonce])
  const sealing = createCipheriv(cipher, key, nonce)
  // The head is no secret, and nobody may change it.
  sealing.setAAD(head)
  const plain = Buffer.from(keptText(trust))
  const sealed = Buffer.concat([head, sealing.update(plain), sealing.final(), sealing.getAuthTag()])
  plain.fill(0)
  key.fill(0)
  return sealed
}

/** Throws a `SealedKeysError`. */
export function openKeys(unsealing: Uint8Array, sealed: Uint8Array): KeptTrust {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length)
  if (!bytes.subarray(0, mark.length).equals(mark))
    throw new SealedKeysError(
      'holds no sealed keys; name another file, or move it away to begin with new keys',
    )
  if (bytes.length < headBytes + tagBytes) throw new SealedKeysError(`is cut short; ${restore}`)
  const salt = bytes.subarray(mark.length, mark.length + saltBytes)
  const check = bytes.subarray(mark.length + saltBytes, headBytes - nonceBytes)
  const keys = keysOf(unsealing, salt)
  if (!timingSafeEqual(check, keys.check))
    throw new SealedKeysError('was sealed with another unsealing key; set keys.unseal to that one')
  const opening = createDecipheriv(cipher, keys.key, bytes.subarray(headBytes - nonceBytes, headBytes))
  opening.setAAD(bytes.subarray(0, headBytes))
  opening.setAuthTag(bytes.subarray(-tagBytes))
  const plain = opened(() => {
    const text = Buffer.concat([opening.update(bytes.subarray(headBytes, -tagBytes)), opening.final()])
    keys.key.fill(0)
    return text
  })
  try {
    const { keys, revocations } = membersOf(JSON.parse(plain.toString()), ['keys', 'revocations'])
    return { keys: listOf(keys).map(keyOf), revocations: listOf(revocations).map(revocationOf) }
  } catch (cause) {
    if (!(cause instanceof ShapeError)) throw cause
    throw new SealedKeysError('was written by another version of this program; start that one', { cause })
  } finally {
    plain.fill(0)
  }
}

const restore =
  'put back a copy of it, or move it away to begin with new keys, which no token of before is good for'

function opened(open: () => Buffer): Buffer {
  try {
    return open()
  } catch (cause) {
    throw new SealedKeysError(`was changed since it was sealed, or is cut short; ${restore}`, { cause })
  }
}

function keysOf(
  unsealing: Uint8Array,
  salt: Uint8Array,
): { readonly key: Uint8Array; readonly check: Uint8Array } {
  const made = (use: string, length: number) =>
    new Uint8Array(hkdfSync('sha256', unsealing, salt, `ron/1 keys at rest ${use}`, length))
  return { key: made('seal', keyBytes), check: made('check', checkBytes) }
}
