/**
 * What makes two sends the same: tenant, topic, key and payload, as 16 bytes of SHA-256. The letter, without its
 * attributes, and its place are hashed apart and put together, so that the one hash of a place is enough for all
 * letters to it. The address that a receiver is shown, BLAKE3, is made when it is shown.
 */

import { hash } from 'node:crypto'
import { payloadFrom } from '@ron/kernel/contract/packed/letter'
import { keyBytes } from '../queues/store/key-index.ts'

export class DedupeKeys {
  #tenant = ''
  #topic = ''
  /** The hash of both, a byte a character. */
  #place = placeHash('', '')

  /** Writes the key of a letter to `at`. */
  write(tenant: string, topic: string, letter: Uint8Array, into: Uint8Array, at: number): void {
    if (tenant !== this.#tenant || topic !== this.#topic) {
      this.#tenant = tenant
      this.#topic = topic
      this.#place = placeHash(tenant, topic)
    }
    // As a text: the garbage collector has less to do with one than with a buffer.
    const said = hash('sha256', withoutAttrs(letter), 'binary')
    for (let n = 0; n < keyBytes; n++) into[at + n] = said.charCodeAt(n) ^ this.#place.charCodeAt(n)
  }
}

/** The same letter as if it had no attributes; that of most is the letter itself. */
function withoutAttrs(letter: Uint8Array): Uint8Array {
  const keyEnd = 1 + (letter[0] ?? 0)
  const from = payloadFrom(letter) ?? letter.length
  if (from === keyEnd + 2) return letter
  const bare = new Uint8Array(keyEnd + 2 + letter.length - from)
  bare.set(letter.subarray(0, keyEnd))
  bare.set(letter.subarray(from), keyEnd + 2)
  return bare
}

/** The length goes in too, so that `ab, c` and `a, bc` differ. */
function placeHash(tenant: string, topic: string): string {
  return hash('sha256', `${tenant.length}:${tenant}${topic}`, 'binary')
}
