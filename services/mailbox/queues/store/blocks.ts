/**
 * Bytes of any length in blocks of one size, linked, so that what was freed is of use to whatever comes next
 * and no room is too scattered for it. Blocks that follow each other are copied in one go, and since a chain is
 * freed in its order, the next of its length finds it in one piece.
 *
 *     segment   │ a0 a1 a2 │ free │ b0 │ a3 │ …        next   │ a1 a2 a3 · 0 · … │
 *
 * Segments are reserved as they are needed, and the system commits a page of one when it is first written. So
 * nothing moves when this grows, and it takes at most a block more than the bytes it keeps.
 */

export const blockBytes = 64
const segmentBits = 14
const segmentBlocks = 2 ** segmentBits
const blockMask = segmentBlocks - 1

interface Segment {
  readonly bytes: Uint8Array
  /** After each block the next of its chain; `nothing` ends one. */
  readonly next: Uint32Array
}

/** No block has this number, so it stands for no bytes. */
export const nothing = 0

export class Blocks {
  readonly #segments: Segment[] = []
  /** The first of the chain of free blocks. */
  #free = nothing
  /** The first block that was never used. */
  #fresh = 1
  #used = 0

  /** Of memory, in blocks that hold something. */
  get bytesUsed(): number {
    return this.#used * blockBytes
  }

  /** Keeps a copy of at least one byte, and answers where. */
  put(bytes: Uint8Array): number {
    const first = this.#take()
    let last = first
    for (let at = 0; ;) {
      const from = last
      let room = blockBytes
      let next = nothing
      while (at + room < bytes.length) {
        next = this.#take()
        if (next !== last + 1 || (next & blockMask) === 0) break
        this.#link(last, next)
        last = next
        next = nothing
        room += blockBytes
      }
      const run = Math.min(room, bytes.length - at)
      const whole = at === 0 && run === bytes.length
      this.#bytesOf(from).set(whole ? bytes : bytes.subarray(at, at + run), (from & blockMask) * blockBytes)
      at += run
      this.#link(last, next)
      if (at === bytes.length) return first
      last = next
    }
  }

  /** Copies the first `length` bytes kept at `first` to `at`. */
  copy(first: number, length: number, into: Uint8Array, at: number): void {
    let from = first
    let to = at
    for (let left = length; left > 0;) {
      const end = this.#runEnd(from, left)
      const run = Math.min(left, (end - from) * blockBytes)
      into.set(this.#within(from, run), to)
      to += run
      left -= run
      if (left > 0) from = this.#nextOf(end - 1)
    }
  }

  /** The bytes at `first`: what lies there if it is in one piece, which is good until it is freed, else a copy. */
  view(first: number, length: number): Uint8Array {
    const end = this.#runEnd(first, length)
    if ((end - first) * blockBytes >= length) return this.#within(first, length)
    const copy = new Uint8Array(length)
    this.copy(first, length, copy, 0)
    return copy
  }

  /** Overwrites the bytes and takes their blocks back. */
  free(first: number, length: number): void {
    let from = first
    for (let left = length; ;) {
      const end = this.#runEnd(from, left)
      this.#bytesOf(from).fill(
        0,
        (from & blockMask) * blockBytes,
        ((end - 1) & blockMask) * blockBytes + blockBytes,
      )
      left -= (end - from) * blockBytes
      this.#used -= end - from
      const next = this.#nextOf(end - 1)
      if (left > 0) {
        from = next
        continue
      }
      this.#link(end - 1, this.#free)
      this.#free = first
      return
    }
  }

  /** Overwrites everything, and keeps nothing from then on but the memory. */
  wipe(): void {
    for (const [n, { bytes }] of this.#segments.entries()) {
      bytes.fill(0, 0, Math.min(segmentBlocks, Math.max(0, this.#fresh - n * segmentBlocks)) * blockBytes)
    }
    this.#free = nothing
    this.#fresh = 1
    this.#used = 0
  }

  /** Behind the last block of the piece that begins at `from` and has `length` bytes or less. */
  #runEnd(from: number, length: number): number {
    const { next } = this.#segmentOf(from)
    const last = from + Math.ceil(length / blockBytes) - 1
    let block = from
    while (block < last && next[block & blockMask] === block + 1 && ((block + 1) & blockMask) !== 0) block++
    return block + 1
  }

  #take(): number {
    this.#used++
    const block = this.#free
    if (block !== nothing) {
      this.#free = this.#nextOf(block)
      return block
    }
    if (this.#fresh >>> segmentBits >= this.#segments.length) {
      this.#segments.push({
        bytes: new Uint8Array(segmentBlocks * blockBytes),
        next: new Uint32Array(segmentBlocks),
      })
    }
    return this.#fresh++
  }

  #nextOf(block: number): number {
    return this.#segmentOf(block).next[block & blockMask] ?? nothing
  }

  #link(block: number, next: number): void {
    this.#segmentOf(block).next[block & blockMask] = next
  }

  #within(block: number, length: number): Uint8Array {
    const at = (block & blockMask) * blockBytes
    return this.#bytesOf(block).subarray(at, at + length)
  }

  #bytesOf(block: number): Uint8Array {
    return this.#segmentOf(block).bytes
  }

  #segmentOf(block: number): Segment {
    const segment = this.#segments[block >>> segmentBits]
    if (segment === undefined) throw new RangeError(`block ${block} was never given out`)
    return segment
  }
}
