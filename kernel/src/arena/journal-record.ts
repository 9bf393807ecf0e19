/**
 * How a record lies in a journal's memory, and how many are read in one go.
 *
 *     │ length │ checksum │ bytes … │ 0 to 7 zeros │      the checksum begins from the length
 */

import { checksum } from './checksum.ts'
import { alignment } from './journal-segment.ts'

const headBytes = 8
/** One view reaches 4 GiB at most; this is enough for many records, and most journals are one. */
const viewBytes = 2 ** 30
/** Copied at once: a copy for every record would be most of a restart. */
const chunkBytes = 2 ** 16

/** Bytes that a record of so many takes. */
export function recordBytes(length: number): number {
  return headBytes + Math.ceil(length / alignment) * alignment
}

/** Writes records where there are zeros, through a view of a part of the memory that moves on with them. */
export class RecordWriter {
  readonly #memory: SharedArrayBuffer
  /** The part, as bytes and as words, and where it begins and ends. */
  #bytes: Uint8Array = new Uint8Array(0)
  #words: Int32Array = new Int32Array(0)
  #from = 0
  #to = 0

  constructor(memory: SharedArrayBuffer) {
    this.#memory = memory
  }

  /** `at` bytes from the beginning of the memory. */
  write(at: number, record: Uint8Array): void {
    const end = at + recordBytes(record.length)
    if (at < this.#from || end > this.#to) this.#move(at, end)
    const place = at - this.#from
    this.#words[place / 4] = record.length
    this.#words[place / 4 + 1] = checksum(record, 0, record.length, record.length)
    this.#bytes.set(record, place + headBytes)
  }

  #move(at: number, end: number): void {
    const length = Math.min(this.#memory.byteLength - at, Math.max(end - at, viewBytes))
    const whole = length - (length % alignment)
    this.#from = at
    this.#to = at + whole
    this.#bytes = new Uint8Array(this.#memory, at, whole)
    this.#words = new Int32Array(this.#memory, at, whole / 4)
  }
}

/**
 * Reads the records of one half, through copies: what was checked does not change while it is read. All of
 * them lie in the same memory one after the other, since memory that is touched for the first time costs more
 * than the copy.
 */
export class RecordReader {
  readonly #memory: SharedArrayBuffer
  /** Where the half begins. */
  readonly #offset: number
  readonly #isIntact: () => boolean
  /** The copy that is read now, as bytes and as words, and where it begins and ends in the half. */
  #chunk = new Uint8Array(chunkBytes)
  #words = new Int32Array(this.#chunk.buffer)
  #from = 0
  #to = 0

  /** `isIntact` is asked after every copy: whether the half is still what it was when the reading began. */
  constructor(memory: SharedArrayBuffer, offset: number, isIntact: () => boolean) {
    this.#memory = memory
    this.#offset = offset
    this.#isIntact = isIntact
  }

  /**
   * The record at `at` of a half whose bytes count up to `end`; its bytes are good until the next call. Null when
   * no whole one lies there; `gone` when the half is no longer what it was.
   */
  read(at: number, end: number): Uint8Array | null | 'gone' {
    if (at + headBytes > end) return null
    if (!this.#copy(at, at + headBytes, end)) return 'gone'
    const length = this.#word(at)
    const next = at + recordBytes(length)
    if (length <= 0 || next > end) return null
    if (!this.#copy(at, next, end)) return 'gone'
    const from = at - this.#from + headBytes
    const sum = checksum(this.#chunk, from, from + length, length)
    return sum === this.#word(at + 4) ? this.#chunk.subarray(from, from + length) : null
  }

  /** False when what was copied may be something else than what lay there. */
  #copy(from: number, to: number, end: number): boolean {
    if (this.#from <= from && to <= this.#to) return true
    this.#from = from
    this.#to = Math.min(end, Math.max(to, from + chunkBytes))
    if (this.#to - this.#from > this.#chunk.length) this.#grow(this.#to - this.#from)
    this.#chunk.set(new Uint8Array(this.#memory, this.#offset + this.#from, this.#to - this.#from))
    return this.#isIntact()
  }

  #grow(bytes: number): void {
    this.#chunk = new Uint8Array(bytes)
    this.#words = new Int32Array(this.#chunk.buffer)
  }

  #word(at: number): number {
    return this.#words[(at - this.#from) / 4] ?? 0
  }
}
