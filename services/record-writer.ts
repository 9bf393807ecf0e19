/**
 * Writes one record of a journal, field by field, into memory it keeps for the next one. Every service that
 * keeps a journal writes its records with this; what the fields mean is theirs to know.
 *
 *     version  kind  fields …
 *        1       1
 *
 * Lengths and counts are LEB128 varints. A text is kept as the engine keeps it, one byte a character where
 * Latin-1 is enough and two where it is not, so that every text comes back as it was, also one that is not
 * well-formed Unicode; UTF-8 would not bring back half a pair of surrogates, which a JSON string may hold.
 */

/** Written first in every record. A reader refuses any other: it would not know how the fields are written. */
export const recordVersion = 1

const firstBytes = 4096
const beyondLatin1 = /[\u0100-\uffff]/
/** Up to here a loop writes a text faster than a call into the buffer does, and one byte counts the characters. */
const shortLength = 63

export class RecordWriter {
  #bytes = Buffer.allocUnsafe(firstBytes)
  #length = 0

  /** A service never gives the number of a kind to another one, or to one with other fields. */
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

  /** Any number, eight bytes, the low ones first. Times are such: a clock may tell fractions of a millisecond. */
  float(value: number): void {
    const at = this.#take(8)
    this.#bytes.writeDoubleLE(value, at)
  }

  bytes(value: Uint8Array): void {
    this.count(value.length)
    this.raw(value)
  }

  /** Bytes without their number, which the reader knows. */
  raw(value: Uint8Array): void {
    const at = this.#take(value.length)
    this.#bytes.set(value, at)
  }

  /** Its length and width come before it as one number; 0 stands for no text. */
  text(value: string | null): void {
    if (value === null) return this.count(0)
    if (value.length <= shortLength && this.#shortText(value)) return
    const wide = beyondLatin1.test(value)
    this.count(headOf(value, wide))
    const size = value.length * (wide ? 2 : 1)
    const at = this.#take(size)
    this.#bytes.write(value, at, size, wide ? 'utf16le' : 'latin1')
  }

  texts(values: readonly string[]): void {
    this.count(values.length)
    for (const value of values) this.text(value)
  }

  /** Texts under names. */
  dictionary(values: Readonly<Record<string, string>>): void {
    const entries = Object.entries(values)
    this.count(entries.length)
    for (const [name, value] of entries) {
      this.text(name)
      this.text(value)
    }
  }

  /** So many lower-case hexadecimal digits, an even number, two a byte; the reader knows how many. */
  hex(value: string, digits: number): void {
    const at = this.#take(digits / 2)
    const written = this.#bytes.write(value, at, digits / 2, 'hex')
    if (value.length === digits && written === digits / 2) return
    throw new RangeError(`${JSON.stringify(value)} is not ${digits} hexadecimal digits`)
  }

  /** False, and nothing is written, when it does not fit in one byte a character. */
  #shortText(value: string): boolean {
    const at = this.#take(1 + value.length)
    const bytes = this.#bytes
    bytes[at] = headOf(value, false)
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i)
      if (unit > 0xff) {
        this.#length = at
        return false
      }
      bytes[at + 1 + i] = unit
    }
    return true
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

function headOf({ length }: string, wide: boolean): number {
  return 1 + 2 * length + (wide ? 1 : 0)
}
