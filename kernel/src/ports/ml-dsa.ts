/** ML-DSA-65 (FIPS 204) in its pure form with an empty context, whoever computes it. */

export interface MlDsa {
  /** Who computes it, as `/version` says. */
  readonly by: 'node:crypto' | 'noble'
  /** The key that a seed of 32 bytes stands for (§6.1). The seed is copied. */
  keyFrom(seed: Uint8Array): MlDsaKey
  /** Whether the key of these 1952 bytes signed this. False for what is no key or no signature. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
}

export interface MlDsaKey {
  /** 1952 bytes. */
  readonly publicKey: Uint8Array
  /** 3309 bytes. */
  sign(message: Uint8Array): Uint8Array
  /** Ends the key. Its secret is overwritten, by OpenSSL once nobody has it where it is its own. */
  destroy(): void
}

export const mlDsaBytes = { seed: 32, publicKey: 1952, signature: 3309 } as const
