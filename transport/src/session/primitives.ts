/**
 * What a sealed session needs of cryptography, wherever it runs: `native.ts` has it from Node, `portable.ts` from
 * plain code for browsers, and `primitives.suite.ts` is what both must pass. ML-KEM is apart (`ml-kem.ts`).
 */

export interface Primitives {
  /** The key of X25519 (RFC 7748) that this secret of 32 bytes is, which is copied. */
  x25519(secret: Uint8Array): X25519Key
  /** A key for one agreement, from 32 random bytes; whoever draws its own leaves them aside. */
  x25519Drawn(drawn: Uint8Array): X25519Key
  sha3256(message: Uint8Array): Uint8Array
  sha256(parts: readonly Uint8Array[]): Uint8Array
  hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array
  /** AES-256-GCM (NIST SP 800-38D) under a key of 32 bytes, which is copied. */
  aead(key: Uint8Array): Aead
  /** Whether the Ed25519 key of these 32 bytes signed this (RFC 8032). False for what is no key or no signature. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
}

export interface X25519Key {
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** 32 bytes. Throws an Error for a peer of small order, with which everybody would share the same secret (§6.1). */
  agree(peer: Uint8Array): Uint8Array
  /** Ends the key. Its secret is overwritten, by OpenSSL once nobody has it where it is its own. */
  destroy(): void
}

export interface Aead {
  /** `aad`, the parts sealed as one, and a tag of 16 bytes. */
  seal(nonce: Uint8Array, aad: Uint8Array, plain: readonly Uint8Array[]): Uint8Array<ArrayBuffer>
  /** What was sealed; null when it is not what was, under this nonce and beside this `aad`. */
  open(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | null
  /** Overwrites the key. */
  destroy(): void
}

export const aeadKeyBytes = 32
export const nonceBytes = 12
export const tagBytes = 16
