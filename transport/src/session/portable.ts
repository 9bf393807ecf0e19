/** The cryptography of a session in plain code, for browsers: what they have of their own answers a turn too late. */

import { gcm } from '@noble/ciphers/aes.js'
import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { aeadKeyBytes, tagBytes, type Aead, type Primitives } from './primitives.ts'

export const portable: Primitives = {
  x25519Public: (secret) => x25519.getPublicKey(secret),
  x25519: (secret, peer) => x25519.getSharedSecret(secret, peer),
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

function aead(given: Uint8Array): Aead {
  if (given.length !== aeadKeyBytes) throw new RangeError(`a key has ${aeadKeyBytes} bytes`)
  const key = Uint8Array.from(given)
  return {
    seal(nonce, aad, plain, into) {
      into.set(gcm(key, nonce, aad).encrypt(plain))
    },
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
