/**
 * Writes a record byte by byte into memory it keeps for the next one. It knows numbers and strings, not what
 * they are for; `ByteReader` reads them back.
 */

/** Any UTF-16 code unit that does not fit a byte. */
const WIDE = /[^\0-\xff]/
/** Up to here a loop writes text faster than a call into the buffer does, and one byte counts the units. */
const SHORT_MAX = 63

export class ByteWriter {
  #bytes = Buffer.allocUnsafe(1024)
  #length = 0

  /** What was written since `start`. It is good until the next `start`. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  start(): void {
    this.#length = 0
  }

  byte(value: number): void {
    const at = this.#take(1)
    this.#bytes[at] = value
  }

  /** A whole number from 0 to 2^32 - 1, seven bits a byte, the low ones first. */
  count(value: number): void {
    let rest = value
    for (; rest > 0x7f; rest >>>= 7) this.byte((rest & 0x7f) | 0x80)
    this.byte(rest)
  }

  float(value: number): void {
    const at = this.#take(8)
    this.#bytes.writeDoubleLE(value, at)
  }

  /**
   * As the engine holds it, one byte per code unit or two: UTF-8 would not bring back half a pair of
   * surrogates, which a JSON string may hold. A count says how many units, and in its lowest bit which.
   */
  text(value: string): void {
    if (value.length <= SHORT_MAX && this.#shortText(value)) return
    const wide = WIDE.test(value)
    this.count(2 * value.length + (wide ? 1 : 0))
    const at = this.#take(wide ? 2 * value.length : value.length)
    this.#bytes.write(value, at, wide ? 'utf16le' : 'latin1')
  }

  /** So many lower-case hexadecimal digits, an even number, two a byte; the reader knows how many. */
  hex(value: string, digits: number): void {
    const at = this.#take(digits / 2)
    const written = this.#bytes.write(value, at, digits / 2, 'hex')
    if (value.length === digits && written === digits / 2) return
    throw new RangeError(`${JSON.stringify(value)} is not ${digits} hexadecimal digits`)
  }

  /** False, and nothing is written, when it does not fit in one byte a unit. */
  #shortText(value: string): boolean {
    const at = this.#take(1 + value.length)
    const bytes = this.#bytes
    bytes[at] = 2 * value.length
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

  /** Takes the next bytes and returns where they begin. */
  #take(bytes: number): number {
    const at = this.#length
    this.#length += bytes
    if (this.#length > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(2 * this.#length)
      grown.set(this.#bytes.subarray(0, at))
      this.#bytes = grown
    }
    return at
  }
}
