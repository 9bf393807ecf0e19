/** Randomness, as a port: cryptographic in the node, seeded in a test or the simulator. */
export interface Random {
  /** A number in [0, 1). */
  fraction(): number
  /** `length` bytes fit for keys. */
  bytes(length: number): Uint8Array
}
