/**
 * Reads back what `ByteWriter` wrote. A record that ends too early is a `RangeError`: whoever keeps records
 * checks them, so a reader that runs out has met a record it does not understand.
 */

export class ByteReader {
  #bytes = Buffer.allocUnsafe(1024)
  #length = 0
  #at = 0

  /** Begins a record. The bytes are copied, since they may be shared with a thread that writes. */
  start(record: Uint8Array): void {
    if (record.length > this.#bytes.length) this.#bytes = Buffer.allocUnsafe(2 * record.length)
    this.#bytes.set(record)
    this.#length = record.length
    this.#at = 0
  }

  /** Whether everything has been read. */
  get done(): boolean {
    return this.#at === this.#length
  }

  byte(): number {
    return this.#bytes[this.#pass(1)] ?? 0
  }

  count(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
  }

  float(): number {
    return this.#bytes.readDoubleLE(this.#pass(8))
  }

  text(): string {
    const header = this.count()
    const length = header >>> 1
    if ((header & 1) === 0) return this.#slice('latin1', length)
    return this.#slice('utf16le', 2 * length)
  }

  hex(digits: number): string {
    return this.#slice('hex', digits / 2)
  }

  #slice(encoding: 'latin1' | 'utf16le' | 'hex', bytes: number): string {
    const at = this.#pass(bytes)
    return this.#bytes.toString(encoding, at, at + bytes)
  }

  /** Passes over the next bytes and returns where they begin. */
  #pass(bytes: number): number {
    const at = this.#at
    this.#at += bytes
    if (this.#at > this.#length) {
      throw new RangeError(`the record ends after ${this.#length} bytes, in the middle of something`)
    }
    return at
  }
}
