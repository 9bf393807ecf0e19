/**
 * What sessions are made of, as HELLO names it: KEM, KDF and AEAD, and behind them who signs for the node where that is
 * more than its Ed25519 key. Keys and signatures of two lie one behind the other, and both must hold.
 */

import { mlDsaBytes } from '@ron/kernel/ports/ml-dsa'

const sealedWith = 'X-Wing/HKDF-SHA256/AES-256-GCM'

/** Those that are spoken, the best first. */
export const suites = [`${sealedWith}/Ed25519+ML-DSA-65`, sealedWith] as const

export type Suite = (typeof suites)[number]

interface Lengths {
  readonly identity: number
  readonly signature: number
}

/** Of the Ed25519 key, which comes first, and of its signature (RFC 8032). */
export const ed25519: Lengths = { identity: 32, signature: 64 }

/** Of the public key that signs, and of its signature. */
export const signedWith: Readonly<Record<Suite, Lengths>> = {
  [suites[0]]: {
    identity: ed25519.identity + mlDsaBytes.publicKey,
    signature: ed25519.signature + mlDsaBytes.signature,
  },
  [suites[1]]: ed25519,
}

/** The best of them that somebody speaks who offers these; null for none. */
export function bestOf(offered: readonly string[]): Suite | null {
  return suites.find((suite) => offered.includes(suite)) ?? null
}
