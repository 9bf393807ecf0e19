/**
 * What a sealed session needs of cryptography, wherever it runs: `native.ts` has it from Node, `portable.ts` from
 * plain code for browsers, and `primitives.suite.ts` is what both must pass. ML-KEM is the same code on both sides.
 */

export interface Primitives {
  /** X25519 (RFC 7748): the public key of 32 bytes to a secret of 32 bytes. */
  x25519Public(secret: Uint8Array): Uint8Array
  /** 32 bytes. Throws an Error for a peer of small order, with which everybody would share the same secret (§6.1). */
  x25519(secret: Uint8Array, peer: Uint8Array): Uint8Array
  sha256(parts: readonly Uint8Array[]): Uint8Array
  hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array
  /** AES-256-GCM (NIST SP 800-38D) under a key of 32 bytes, which is copied. */
  aead(key: Uint8Array): Aead
  /** Whether the Ed25519 key of these 32 bytes signed this (RFC 8032). False for what is no key or no signature. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
}

export interface Aead {
  /** Writes what was sealed, and a tag of 16 bytes behind it, to `into`. */
  seal(nonce: Uint8Array, aad: Uint8Array, plain: Uint8Array, into: Uint8Array): void
  /** What was sealed; null when it is not what was, under this nonce and beside this `aad`. */
  open(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | null
  /** Overwrites the key. */
  destroy(): void
}

export const aeadKeyBytes = 32
export const nonceBytes = 12
export const tagBytes = 16

/** The one suite that is spoken: KEM, KDF and AEAD, as HELLO names it. */
export const suite = 'X-Wing/HKDF-SHA256/AES-256-GCM'
