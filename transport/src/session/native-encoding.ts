/** Keys that a seed stands for, as Node reads them: by what comes before the seed in PKCS #8, and before the key in SPKI. */

import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

export interface Encoding {
  readonly seed: Buffer
  readonly publicKey: Buffer
}

/** Both halves; nothing of the seed is left in the encoding. Throws an Error where Node knows no such key. */
export function pairOf(
  before: Encoding,
  seed: Uint8Array,
): { readonly key: KeyObject; readonly publicKey: Uint8Array } {
  const der = Buffer.concat([before.seed, seed])
  try {
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
    return { key, publicKey: Uint8Array.from(spki.subarray(before.publicKey.length)) }
  } finally {
    der.fill(0)
  }
}

/** The decoder passes over what follows a key, so its length is checked before. */
export function publicOf(before: Encoding, publicKey: Uint8Array): KeyObject {
  const der = Buffer.concat([before.publicKey, publicKey])
  return createPublicKey({ key: der, format: 'der', type: 'spki' })
}
