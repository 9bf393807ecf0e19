/**
 * What makes two sends the same: tenant, topic, key and payload, as 16 bytes of SHA-256. A payload is not hashed
 * twice for it; the address that a receiver is shown, BLAKE3, is made when it is shown.
 */

import { hash } from 'node:crypto'
import { payloadFrom } from '@ron/kernel/contract/packed/letter'

export class DedupeKeys {
  /** Tenant and topic, then the letter without its attributes. */
  #scratch = Buffer.alloc(4096)
  #place = ''
  #placeBytes = 0

  /** Writes the key of a letter to `at`. */
  write(tenant: string, topic: string, letter: Uint8Array, into: Uint8Array, at: number): void {
    const keyEnd = 1 + (letter[0] ?? 0)
    const from = payloadFrom(letter) ?? letter.length
    this.#begin(tenant, topic, letter.length)
    const length = this.#placeBytes + keyEnd + letter.length - from
    this.#scratch.set(letter.subarray(0, keyEnd), this.#placeBytes)
    this.#scratch.set(letter.subarray(from), this.#placeBytes + keyEnd)
    const digest = hash('sha256', this.#scratch.subarray(0, length), 'buffer')
    for (let n = 0; n < 16; n++) into[at + n] = digest[n] ?? 0
  }

  /** Lengths go in too, so that `ab, c` and `a, bc` differ; that of the key stands in the letter. */
  #begin(tenant: string, topic: string, more: number): void {
    const place = `${tenant.length}:${tenant}${topic.length}:${topic}`
    const bytes = Buffer.byteLength(place)
    if (bytes + more > this.#scratch.length) {
      this.#scratch = Buffer.alloc(2 * (bytes + more))
      this.#place = ''
    }
    if (place === this.#place) return
    this.#place = place
    this.#placeBytes = this.#scratch.write(place, 0)
  }
}
