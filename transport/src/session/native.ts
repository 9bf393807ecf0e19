/** The cryptography of a session as Node has it. The one file of this folder that does not run in a browser. */

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  verify,
  type KeyObject,
} from 'node:crypto'
import { aeadKeyBytes, tagBytes, type Aead, type Primitives } from './primitives.ts'

/** What comes before the 32 bytes of a key in the encodings of RFC 8410. */
const before = {
  x25519Secret: Buffer.from('302e020100300506032b656e04220420', 'hex'),
  x25519Public: Buffer.from('302a300506032b656e032100', 'hex'),
  ed25519Public: Buffer.from('302a300506032b6570032100', 'hex'),
}
const keyBytes = 32

export const native: Primitives = {
  x25519Public(secret) {
    const spki = createPublicKey(secretOf(secret)).export({ format: 'der', type: 'spki' })
    return Uint8Array.from(spki.subarray(before.x25519Public.length))
  },
  x25519: (secret, peer) =>
    new Uint8Array(
      diffieHellman({ privateKey: secretOf(secret), publicKey: publicOf(before.x25519Public, peer) }),
    ),
  sha256(parts) {
    const sha256 = createHash('sha256')
    for (const part of parts) sha256.update(part)
    return new Uint8Array(sha256.digest())
  },
  hmacSha256: (key, message) => new Uint8Array(createHmac('sha256', key).update(message).digest()),
  aead,
  verify(publicKey, message, signature) {
    if (publicKey.length !== keyBytes) return false
    return verify(null, message, publicOf(before.ed25519Public, publicKey), signature)
  },
}

function aead(given: Uint8Array): Aead {
  if (given.length !== aeadKeyBytes) throw new RangeError(`a key has ${aeadKeyBytes} bytes`)
  const key = Uint8Array.from(given)
  return {
    seal(nonce, aad, plain, into) {
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      cipher.setAAD(aad)
      into.set(cipher.update(plain))
      cipher.final()
      into.set(cipher.getAuthTag(), plain.length)
    },
    open(nonce, aad, sealed) {
      if (sealed.length < tagBytes) return null
      const tagAt = sealed.length - tagBytes
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
      decipher.setAAD(aad)
      decipher.setAuthTag(sealed.subarray(tagAt))
      const plain = decipher.update(sealed.subarray(0, tagAt))
      try {
        decipher.final()
        return plain
      } catch {
        return null
      }
    },
    destroy: () => void key.fill(0),
  }
}

function secretOf(secret: Uint8Array): KeyObject {
  const der = Buffer.concat([before.x25519Secret, secret])
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  } finally {
    der.fill(0)
  }
}

function publicOf(kind: Buffer, bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([kind, bytes]), format: 'der', type: 'spki' })
}
