/**
 * Memory for small bodies, cut from one buffer after the other: an ArrayBuffer of its own costs a body of 1 KiB more
 * than all the rest of its way. A buffer lives as long as the last body in it, so a body that is kept is copied out.
 */

const slabBytes = 64 * 1024
/** A larger body gets a buffer of its own; so a slab's end wastes little of it. */
const sharedMax = 4 * 1024
/** Bodies begin at a multiple of this, so that whoever wants words of one can have a view of them. */
const alignment = 8

export class Slab {
  #buffer = new ArrayBuffer(0)
  #at = 0

  /** A copy of the bytes from index `from` up to index `to`. */
  copy(bytes: Uint8Array, from: number, to: number): Uint8Array {
    const length = to - from
    if (length > sharedMax) return bytes.slice(from, to)
    if (length > this.#buffer.byteLength - this.#at) {
      this.#buffer = new ArrayBuffer(slabBytes)
      this.#at = 0
    }
    const copy = new Uint8Array(this.#buffer, this.#at, length)
    copy.set(bytes.subarray(from, to))
    this.#at += (length + alignment - 1) & -alignment
    return copy
  }
}
