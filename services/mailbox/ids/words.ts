/** Ids as the queues have them: 16 bytes each, in words, one after the other. */

import { ulidBytes, writeUlid } from '@ron/kernel/contract/packed/ulid'

/** Of texts that a contract has checked. */
export function wordsOf(ids: readonly string[]): Uint32Array {
  const bytes = new Uint8Array(ulidBytes * ids.length)
  for (const [n, id] of ids.entries()) writeUlid(id, bytes, n * ulidBytes)
  return new Uint32Array(bytes.buffer)
}
