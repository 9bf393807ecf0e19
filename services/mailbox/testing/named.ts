/** Ids and keys of 16 bytes that a test can name, and letters that say little. */

import { encodeLetter } from '@ron/kernel/contract/packed/letter'
import { keyBytes } from '../queues/store/key-index.ts'

/** The characters of each name, Latin-1, up to 16 of them. */
export function named(...names: readonly string[]): Uint32Array {
  const bytes = Buffer.alloc(keyBytes * names.length)
  for (const [n, name] of names.entries()) bytes.write(name, n * keyBytes, keyBytes, 'latin1')
  return new Uint32Array(Uint8Array.from(bytes).buffer)
}

/** The names again. */
export function namesOf(words: Uint32Array): string[] {
  const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength)
  return Array.from({ length: bytes.length / keyBytes }, (_, n) =>
    bytes.toString('latin1', n * keyBytes, (n + 1) * keyBytes).replaceAll('\0', ''),
  )
}

export function letterOf(idem_key: string, payload: Uint8Array): Uint8Array {
  return encodeLetter({ idem_key, attrs: {}, payload })
}
