/**
 * X-Wing (draft-connolly-cfrg-xwing-kem): X25519 and ML-KEM-768 (FIPS 203) as one KEM. What it agrees on stays secret
 * as long as one of the two does.
 *
 *     secret key     32 bytes: SHAKE-256 of them makes the seed of ML-KEM (64 bytes) and the secret of X25519 (32)
 *     public key     ML-KEM 1184 ‖ X25519 32
 *     ciphertext     ML-KEM 1088 ‖ X25519 32
 *     shared secret  SHA3-256(ML-KEM's ‖ X25519's ‖ X25519 part of the ciphertext ‖ X25519 public key ‖ label)
 *
 * Each of its three functions takes two or three multiplications on Curve25519 and one operation of ML-KEM.
 */

import { shake256 } from '@noble/hashes/sha3.js'
import { concatBytes } from '../oap/bytes.ts'
import { checkLength, mlKemBytes, type MlKem } from './ml-kem.ts'
import type { Primitives } from './primitives.ts'
import { ciphertextBytes, drawnBytes, publicKeyBytes, seedBytes } from './sizes.ts'

/** `\.//^\`, an X-Wing in flight (§5.3). */
const label = Uint8Array.of(0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c)

export interface XWing {
  /** The key that a seed of 32 bytes stands for. */
  keyFrom(seed: Uint8Array): XWingKey
  /** Whoever holds this public key of 1216 bytes. Throws an Error, here or when it encapsulates, for what is none. */
  peer(publicKey: Uint8Array): XWingPeer
}

export interface XWingKey {
  readonly publicKey: Uint8Array
  /**
   * The shared secret of 32 bytes. A ciphertext that was made for another key gives another secret, not an error
   * (FIPS 203 §6.3). Throws an Error for what cannot be one.
   */
  decapsulate(ciphertext: Uint8Array): Uint8Array
  /** Ends the key, and overwrites its secrets. */
  destroy(): void
}

export interface XWingPeer {
  /** `drawn` are 64 random bytes. */
  encapsulate(drawn: Uint8Array): Encapsulated
}

export interface Encapsulated {
  readonly ciphertext: Uint8Array
  /** 32 bytes. */
  readonly shared: Uint8Array
}

export function xWing(primitives: Primitives, mlKem: MlKem): XWing {
  /** The two secrets are overwritten. */
  const combined = (
    agreedOn: Uint8Array,
    agreed: Uint8Array,
    ephemeral: Uint8Array,
    publicKey: Uint8Array,
  ): Uint8Array => {
    const all = concatBytes([agreedOn, agreed, ephemeral, publicKey, label])
    try {
      return primitives.sha3256(all)
    } finally {
      for (const secret of [agreedOn, agreed, all]) secret.fill(0)
    }
  }
  return {
    keyFrom(seed) {
      checkLength('a seed', seed, seedBytes)
      const expanded = shake256(seed, { dkLen: mlKemBytes.seed + 32 })
      const ofMlKem = mlKem.keyFrom(expanded.subarray(0, mlKemBytes.seed))
      const x25519 = primitives.x25519(expanded.subarray(mlKemBytes.seed))
      expanded.fill(0)
      return {
        publicKey: concatBytes([ofMlKem.publicKey, x25519.publicKey]),
        decapsulate(ciphertext) {
          checkLength('a ciphertext', ciphertext, ciphertextBytes)
          const ephemeral = ciphertext.subarray(mlKemBytes.ciphertext)
          const agreed = x25519.agree(ephemeral)
          const agreedOn = ofMlKem.decapsulate(ciphertext.subarray(0, mlKemBytes.ciphertext))
          return combined(agreedOn, agreed, ephemeral, x25519.publicKey)
        },
        destroy() {
          ofMlKem.destroy()
          x25519.destroy()
        },
      }
    },
    peer(publicKey) {
      checkLength('a public key', publicKey, publicKeyBytes)
      const ofMlKem = mlKem.peer(publicKey.subarray(0, mlKemBytes.publicKey))
      const theirs = publicKey.subarray(mlKemBytes.publicKey)
      return {
        encapsulate(drawn) {
          checkLength('what an encapsulation draws', drawn, drawnBytes)
          const made = ofMlKem.encapsulate(drawn.subarray(0, mlKemBytes.drawn))
          const ours = primitives.x25519Drawn(drawn.subarray(mlKemBytes.drawn))
          const shared = combined(made.shared, ours.agree(theirs), ours.publicKey, theirs)
          ours.destroy()
          return { ciphertext: concatBytes([made.ciphertext, ours.publicKey]), shared }
        },
      }
    },
  }
}
