/** Content hashes as the node writes them: `b3:` and 64 hex digits of BLAKE3. */

import { blake3 } from '@napi-rs/blake-hash'

export function digest(bytes: Uint8Array): string {
  return `b3:${blake3(bytes).toString('hex')}`
}

/**
 * One short key for several texts. Lengths go in too, so that `ab, c` and `a, bc` differ.
 */
export function fingerprint(...parts: readonly string[]): string {
  return blake3(parts.map((part) => `${part.length}:${part}`).join('')).toString('latin1')
}
