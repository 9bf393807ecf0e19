/**
 * The address of content: `b3:` and the BLAKE3 hash of its bytes in 64 lower-case hex digits. Equal content
 * has one address everywhere, whoever stored it.
 */

import { blake3 } from '@napi-rs/blake-hash'

export function addressOf(content: Uint8Array): string {
  return `b3:${blake3(content).toString('hex')}`
}
