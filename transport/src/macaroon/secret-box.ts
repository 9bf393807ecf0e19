/** The encryption of third-party caveats, as libmacaroons has it: NaCl's secretbox (XSalsa20-Poly1305) behind its nonce. */

import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'

/** A nonce comes once under a key; random ones do. */
export const nonceBytes = 24
const tagBytes = 16

/** `nonce ‖ tag ‖ text`, under a key of 32 bytes. */
export function sealBox(key: Uint8Array, nonce: Uint8Array, text: Uint8Array): Uint8Array {
  const sealed = xsalsa20poly1305(key, nonce).encrypt(text)
  const box = new Uint8Array(nonce.length + sealed.length)
  box.set(nonce, 0)
  box.set(sealed, nonce.length)
  return box
}

/** The text; null for what was not sealed with this key. */
export function openBox(key: Uint8Array, box: Uint8Array): Uint8Array | null {
  if (box.length < nonceBytes + tagBytes) return null
  try {
    return xsalsa20poly1305(key, box.subarray(0, nonceBytes)).decrypt(box.subarray(nonceBytes))
  } catch {
    return null
  }
}
