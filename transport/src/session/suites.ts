/**
 * What sessions are made of, as HELLO names it: KEM, KDF and AEAD, and behind them who signs for the node where that is
 * more than its Ed25519 key. Keys and signatures of two lie one behind the other, and both must hold.
 */

const sealedWith = 'X-Wing/HKDF-SHA256/AES-256-GCM'

/** Those that are spoken, the best first. */
export const suites = [`${sealedWith}/Ed25519+ML-DSA-65`, sealedWith] as const

export type Suite = (typeof suites)[number]

/** Lengths of the public key that signs, and of its signature. */
export const signedWith: Readonly<Record<Suite, { readonly identity: number; readonly signature: number }>> =
  {
    [suites[0]]: { identity: 32 + 1_952, signature: 64 + 3_309 },
    [suites[1]]: { identity: 32, signature: 64 },
  }

/** The best of them that somebody speaks who offers these; null for none. */
export function bestOf(offered: readonly string[]): Suite | null {
  return suites.find((suite) => offered.includes(suite)) ?? null
}
