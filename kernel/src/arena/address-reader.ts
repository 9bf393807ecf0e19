/** The text of a content's address, `b3:` and a digest in 64 lower-case hex digits, read without making another. */

import { digestBytes } from './blobs-segment.ts'

const scheme = 'b3:'

/** The value of each hex digit at its code, and -1: a table, since a branch for each digit is guessed wrong often. */
const values = new Int8Array(128).fill(-1)
for (let value = 0; value < 16; value++) values[value.toString(16).charCodeAt(0)] = value

export class AddressReader {
  readonly #bytes = new Uint8Array(digestBytes)
  /** The digest that was read last, as eight words in the order of the memory. */
  readonly digest = new Int32Array(this.#bytes.buffer)

  /** False when the text is no address; the digest is none then. */
  read(address: string): boolean {
    if (address.length !== scheme.length + 2 * digestBytes || !address.startsWith(scheme)) return false
    const bytes = this.#bytes
    for (let n = 0; n < digestBytes; n++) {
      const at = scheme.length + 2 * n
      const byte = ((values[address.charCodeAt(at)] ?? -1) << 4) | (values[address.charCodeAt(at + 1)] ?? -1)
      if (byte < 0) return false
      bytes[n] = byte
    }
    return true
  }
}
