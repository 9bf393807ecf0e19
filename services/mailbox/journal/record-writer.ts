/**
 * Writes one record of the journal, field by field. Numbers are little-endian; lengths and counts are
 * LEB128 varints; times are doubles, since a clock may tell fractions of a millisecond.
 *
 *     version  kind  fields …
 *        1       1
 *
 * A text is kept as the engine keeps it, one byte a character where Latin-1 is enough and two where it is
 * not, so that every text comes back as it was, also one that is not well-formed Unicode.
 */

/** Written first in every record. A reader refuses any other: it would not know what the fields mean. */
export const recordVersion = 1

const firstBytes = 4096
const beyondLatin1 = /[\u0100-\uffff]/

export class RecordWriter {
  #bytes = Buffer.allocUnsafe(firstBytes)
  #length = 0

  begin(kind: number): void {
    this.#length = 0
    this.#byte(recordVersion)
    this.#byte(kind)
  }

  /** What was written since `begin`. Valid until the next `begin`. */
  end(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  flag(value: boolean): void {
    this.#byte(value ? 1 : 0)
  }

  /** A whole number from 0 to 2^53 − 1. */
  count(value: number): void {
    let rest = value
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#byte((rest % 0x80) | 0x80)
    this.#byte(rest)
  }

  /** Milliseconds. */
  time(ms: number): void {
    const at = this.#take(8)
    this.#bytes.writeDoubleLE(ms, at)
  }

  bytes(value: Uint8Array): void {
    this.count(value.length)
    const at = this.#take(value.length)
    this.#bytes.set(value, at)
  }

  /** Its length and width come before it as one number; 0 stands for no text. */
  text(value: string | null): void {
    if (value === null) return this.count(0)
    const wide = beyondLatin1.test(value)
    this.count(1 + value.length * 2 + (wide ? 1 : 0))
    const size = value.length * (wide ? 2 : 1)
    const at = this.#take(size)
    this.#bytes.write(value, at, size, wide ? 'utf16le' : 'latin1')
  }

  texts(values: readonly string[]): void {
    this.count(values.length)
    for (const value of values) this.text(value)
  }

  attrs(values: Readonly<Record<string, string>>): void {
    const entries = Object.entries(values)
    this.count(entries.length)
    for (const [name, value] of entries) {
      this.text(name)
      this.text(value)
    }
  }

  #byte(value: number): void {
    const at = this.#take(1)
    this.#bytes[at] = value
  }

  /** The place of the next `size` bytes. The buffer may be another afterwards. */
  #take(size: number): number {
    const at = this.#length
    this.#length += size
    if (this.#length > this.#bytes.length) this.#grow()
    return at
  }

  #grow(): void {
    const larger = Buffer.allocUnsafe(2 * this.#length)
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}
