/** The cryptography of a session in plain code, for browsers: what they have of their own answers a turn too late. */

import { gcm } from '@noble/ciphers/aes.js'
import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { sha3_256 } from '@noble/hashes/sha3.js'
import { concatBytes } from '../oap/bytes.ts'
import { aeadKeyBytes, tagBytes, type Aead, type Primitives, type X25519Key } from './primitives.ts'

export const portable: Primitives = {
  x25519: keyOf,
  x25519Drawn: keyOf,
  sha3256: sha3_256,
  sha256(parts) {
    const hash = sha256.create()
    for (const part of parts) hash.update(part)
    return hash.digest()
  },
  hmacSha256: (key, message) => hmac(sha256, key, message),
  aead,
  verify(publicKey, message, signature) {
    try {
      return ed25519.verify(signature, message, publicKey)
    } catch {
      return false
    }
  },
}

function keyOf(given: Uint8Array): X25519Key {
  const secret = Uint8Array.from(given)
  return {
    publicKey: x25519.getPublicKey(secret),
    agree: (peer) => x25519.getSharedSecret(secret, peer),
    destroy: () => void secret.fill(0),
  }
}

function aead(given: Uint8Array): Aead {
  if (given.length !== aeadKeyBytes) throw new RangeError(`a key has ${aeadKeyBytes} bytes`)
  const key = Uint8Array.from(given)
  return {
    seal: (nonce, aad, plain) =>
      Uint8Array.from(concatBytes([aad, gcm(key, nonce, aad).encrypt(concatBytes(plain))])),
    open(nonce, aad, sealed) {
      if (sealed.length < tagBytes) return null
      try {
        return gcm(key, nonce, aad).decrypt(sealed)
      } catch {
        return null
      }
    },
    destroy: () => void key.fill(0),
  }
}
