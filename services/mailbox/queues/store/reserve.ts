/**
 * Memory for columns of a fixed length, most of which may never be used. The system commits a page of it when that is
 * first written, but only where it was asked for the memory: a smaller piece may be cut from what something else had
 * before, and is then overwritten with zeros and taken up as a whole. More than 32 MiB malloc always asks for (mallopt(3),
 * M_MMAP_THRESHOLD), so there is one piece for all columns, and it is never smaller.
 */

const mappedBytes = 2 ** 25 + 2 ** 16
/** What every column begins at a multiple of. */
const alignment = 8

export class Reserve {
  readonly #buffer: ArrayBuffer
  #taken = 0

  constructor(bytes: number) {
    this.#buffer = new ArrayBuffer(Math.max(bytes, mappedBytes))
  }

  /** Each of these is zeros, and throws a `RangeError` when there is no room. */
  float64(length: number): Float64Array {
    return new Float64Array(this.#buffer, this.#take(8 * length), length)
  }

  uint32(length: number): Uint32Array {
    return new Uint32Array(this.#buffer, this.#take(4 * length), length)
  }

  uint8(length: number): Uint8Array {
    return new Uint8Array(this.#buffer, this.#take(length), length)
  }

  #take(bytes: number): number {
    const at = this.#taken
    this.#taken = Math.ceil((at + bytes) / alignment) * alignment
    return at
  }
}
