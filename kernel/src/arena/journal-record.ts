/**
 * How a record lies in a journal's memory, and how many are read in one go.
 *
 *     │ length │ checksum │ bytes … │ 0 to 3 zeros │      the checksum begins from the length
 */

import { checksum } from './checksum.ts'
import { alignment } from './journal-segment.ts'

const headBytes = 8
/** Copied at once: a copy for every record would be most of a restart. */
const chunkBytes = 2 ** 16

/** Bytes that a record of so many takes. */
export function recordBytes(length: number): number {
  return headBytes + Math.ceil(length / alignment) * alignment
}

/** Writes a record where there are zeros, `at` bytes from the beginning of both views of the memory. */
export function writeRecord(words: Int32Array, bytes: Uint8Array, at: number, record: Uint8Array): void {
  words[at / 4] = record.length
  words[at / 4 + 1] = checksum(record, 0, record.length, record.length)
  bytes.set(record, at + headBytes)
}

/**
 * Reads one half from its beginning, through copies: what was checked does not change while it is read. All of
 * them lie in the same memory one after the other, since memory that is touched for the first time costs more
 * than the copy.
 */
export class RecordReader {
  readonly #half: Uint8Array
  /** The copy that is read now, as bytes and as words, and where it begins and ends in the half. */
  #chunk = new Uint8Array(chunkBytes)
  #words = new Int32Array(this.#chunk.buffer)
  #from = 0
  #to = 0

  /** `half` has the bytes that count, and no more. */
  constructor(half: Uint8Array) {
    this.#half = half
  }

  /** The record at `at`, or null when no whole one lies there. Its bytes are good until the next call. */
  read(at: number): Uint8Array | null {
    if (at + headBytes > this.#half.length) return null
    this.#copy(at, at + headBytes)
    const length = this.#word(at)
    const next = at + recordBytes(length)
    if (length <= 0 || next > this.#half.length) return null
    this.#copy(at, next)
    const from = at - this.#from + headBytes
    const sum = checksum(this.#chunk, from, from + length, length)
    return sum === this.#word(at + 4) ? this.#chunk.subarray(from, from + length) : null
  }

  #copy(from: number, to: number): void {
    if (this.#from <= from && to <= this.#to) return
    this.#from = from
    this.#to = Math.min(this.#half.length, Math.max(to, from + chunkBytes))
    if (this.#to - this.#from > this.#chunk.length) this.#grow(this.#to - this.#from)
    this.#chunk.set(this.#half.subarray(this.#from, this.#to))
  }

  #grow(bytes: number): void {
    this.#chunk = new Uint8Array(bytes)
    this.#words = new Int32Array(this.#chunk.buffer)
  }

  #word(at: number): number {
    return this.#words[(at - this.#from) / 4] ?? 0
  }
}
