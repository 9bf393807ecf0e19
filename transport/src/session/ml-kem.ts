/**
 * ML-KEM-768 (FIPS 203) as X-Wing needs it, whoever computes it: `native-ml-kem.ts` has it from Node, `ml-kem-liboqs.ts`
 * from WebAssembly, `ml-kem-portable.ts` from plain code, and `ml-kem.suite.ts` is what all of them must pass.
 */

export interface MlKem {
  /** Who computes it, as `/version` says. */
  readonly by: 'node:crypto' | 'liboqs' | 'noble'
  /** The key that a seed of 64 bytes, d ‖ z, stands for (§7.1). The seed is copied. */
  keyFrom(seed: Uint8Array): DecapsulationKey
  /** Its `encapsulate` throws an Error, if this does not, for what is no public key of 1184 bytes (§7.2). */
  peer(publicKey: Uint8Array): EncapsulationKey
}

export interface DecapsulationKey {
  readonly publicKey: Uint8Array
  /**
   * The shared secret of 32 bytes. What was made for another key gives another secret, not an error (§6.3). Throws an
   * Error for what has not 1088 bytes.
   */
  decapsulate(ciphertext: Uint8Array): Uint8Array
  /** Ends the key. Secrets are overwritten, by OpenSSL once nobody has them where they are its own. */
  destroy(): void
}

export interface EncapsulationKey {
  /** `drawn` are 32 random bytes; whoever draws its own leaves them aside. */
  encapsulate(drawn: Uint8Array): MlKemEncapsulated
}

export interface MlKemEncapsulated {
  /** 1088 bytes. */
  readonly ciphertext: Uint8Array
  /** 32 bytes. */
  readonly shared: Uint8Array
}

export const mlKemBytes = { seed: 64, publicKey: 1184, ciphertext: 1088, drawn: 32, shared: 32 } as const

/** Throws a RangeError. */
export function checkLength(what: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) throw new RangeError(`${what} has ${length} bytes, not ${bytes.length}`)
}
