/**
 * Where a digest belongs in a table, in a way that nobody outside can foresee. Whoever stores contents chooses
 * their digests by trying, and 2^18 tries find one that begins as he likes: a table that trusted the first bits
 * would hold what he stores in one long row.
 *
 * So each of eight bytes picks a random word from a column of its own, and the hash is all of them xor'ed.
 * Rows stay short in a table with linear probing whatever the digests are, as long as the words are secret
 * (Pătraşcu and Thorup, The Power of Simple Tabulation Hashing, 2012). Digests that agree in all eight bytes
 * share a hash, and each takes 2^64 tries.
 */

import type { Random } from '../ports/random.ts'

const column = 256

export class DigestHash {
  readonly #words = new Int32Array(8 * column)

  constructor(random: Random) {
    new Uint8Array(this.#words.buffer).set(random.bytes(this.#words.byteLength))
  }

  /** A word, any bits of which will do, for the digest whose words begin at `at`. */
  of(words: Int32Array, at: number): number {
    const table = this.#words
    const one = words[at] ?? 0
    const other = words[at + 1] ?? 0
    return (
      (table[one & 255] ?? 0) ^
      (table[column + ((one >>> 8) & 255)] ?? 0) ^
      (table[2 * column + ((one >>> 16) & 255)] ?? 0) ^
      (table[3 * column + (one >>> 24)] ?? 0) ^
      (table[4 * column + (other & 255)] ?? 0) ^
      (table[5 * column + ((other >>> 8) & 255)] ?? 0) ^
      (table[6 * column + ((other >>> 16) & 255)] ?? 0) ^
      (table[7 * column + (other >>> 24)] ?? 0)
    )
  }
}
