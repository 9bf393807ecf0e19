/**
 * Reads what `RecordWriter` wrote, in the same order. What it returns is good for ever, the record only
 * while it is read. The journal vouches for the bytes; what this refuses is a record of another version, one
 * that ends too early, and one that goes on after its last field.
 */

import { recordVersion } from './record-writer.ts'

const none: Readonly<Record<string, string>> = Object.freeze({})

export class RecordReader {
  /** The whole of the memory that holds the record: one view for many records costs less than one each. */
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0
  #end = 0

  /** Answers the record's kind. */
  begin(record: Uint8Array): number {
    const memory = this.#bytes.buffer === record.buffer ? this.#bytes : Buffer.from(record.buffer)
    return this.beginIn(memory, record.byteOffset, record.length)
  }

  /** The same for a record that lies in memory of which the caller has a view, of the whole of it. */
  beginIn(memory: Buffer, at: number, length: number): number {
    this.#bytes = memory
    this.#at = at
    this.#end = at + length
    const version = this.#byte()
    if (version !== recordVersion) {
      throw new Error(
        `a record of the journal has version ${version}, this node reads ${recordVersion}; run the node that wrote it`,
      )
    }
    return this.#byte()
  }

  /** Whether there are more fields, for a record that is a list to its end. */
  get hasMore(): boolean {
    return this.#at < this.#end
  }

  /** Throws unless everything has been read. */
  end(): void {
    if (!this.hasMore) return
    throw new Error(`a record of the journal has ${this.#end - this.#at} bytes after its last field`)
  }

  flag(): boolean {
    return this.#byte() === 1
  }

  count(): number {
    let value = 0
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
  }

  float(): number {
    return this.#bytes.readDoubleLE(this.#take(8))
  }

  /** A copy, for the record is soon overwritten. Small ones share memory, 8 KiB of it: one each is slow to get. */
  bytes(): Uint8Array {
    const size = this.count()
    const at = this.#take(size)
    const copy = Buffer.allocUnsafe(size)
    this.#bytes.copy(copy, 0, at, at + size)
    return copy
  }

  /** The same without a copy: good until the record has been applied. */
  view(): Uint8Array {
    const size = this.count()
    const at = this.#take(size)
    return this.#bytes.subarray(at, at + size)
  }

  /** A copy of so many bytes, in memory of its own, so that they may be words of any size. */
  raw(size: number): Uint8Array<ArrayBuffer> {
    const at = this.#take(size)
    const copy = new Uint8Array(size)
    this.#bytes.copy(copy, 0, at, at + size)
    return copy
  }

  text(): string {
    const text = this.textOrNull()
    if (text === null) throw new Error('a record of the journal lacks a text')
    return text
  }

  textOrNull(): string | null {
    const header = this.count()
    if (header === 0) return null
    const length = (header - 1) >> 1
    const wide = (header - 1) % 2 === 1
    const size = wide ? 2 * length : length
    const at = this.#take(size)
    return this.#bytes.toString(wide ? 'utf16le' : 'latin1', at, at + size)
  }

  texts(): string[] {
    return Array.from({ length: this.count() }, () => this.text())
  }

  dictionary(): Readonly<Record<string, string>> {
    const count = this.count()
    if (count === 0) return none
    // Entries rather than assignments: `__proto__` is a name like any other.
    return Object.fromEntries(Array.from({ length: count }, () => [this.text(), this.text()]))
  }

  hex(digits: number): string {
    const at = this.#take(digits / 2)
    return this.#bytes.toString('hex', at, at + digits / 2)
  }

  #byte(): number {
    const at = this.#take(1)
    return this.#bytes[at] ?? 0
  }

  /** The place of the next `size` bytes. */
  #take(size: number): number {
    const at = this.#at
    this.#at += size
    if (this.#at > this.#end) throw new RangeError('a record of the journal ends before its last field')
    return at
  }
}

/** What to throw for a kind that this node does not know: what it would have changed was acknowledged. */
export function unknownKind(kind: number): Error {
  return new Error(
    `a record of the journal has kind ${kind}, which this node does not know; run the node that wrote it`,
  )
}
