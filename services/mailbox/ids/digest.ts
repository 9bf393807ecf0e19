/** Content hashes as the node writes them: `b3:` and 64 hex digits of BLAKE3. */

import { blake3 } from '@napi-rs/blake-hash'

export function digest(bytes: Uint8Array): string {
  return `b3:${blake3(bytes).toString('hex')}`
}
