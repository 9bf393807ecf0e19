/**
 * Per node, its edges in one direction, in the order they came: one contiguous run, so that a walk over a
 * hundred edges waits for memory a few times and not a hundred times. A run lies in the smallest block it fits
 * into and moves to a larger one when it grows; one that fits into no block is a chain of them (`LongRuns`).
 * A short run is searched from end to end, a long one has an index.
 *
 *   node 4: head 0, count 3       blocks of 4   [ 9 7 2 · ] [ 1 2 5 8 ] …
 *                                 a place is block × size + offset, good until the next change
 */

import { Blocks, Span, type Half } from './blocks.ts'
import { LongRuns } from './long-runs.ts'
import { Rows } from './rows.ts'
import { NONE } from './typed.ts'

const SIZES = [2, 4, 8, 12, 16, 24, 32, 48]
/** The largest size: what does not fit into one of the others is in blocks of this. */
const SIZE_MAX = 64
/** The size of the block for a run of so many edges. */
const SIZE_FOR = Uint8Array.from(
  { length: SIZE_MAX + 1 },
  (_, count) => SIZES.find((size) => size >= count) ?? SIZE_MAX,
)

/** A part of a run that lies in one piece: entries 0 to `used` - 1, oldest first. */
export class Stretch extends Span {
  used = 0
  /** The block that came before, or NONE. */
  before = NONE
}

/** Fields of a node's row. */
const [HEAD, COUNT] = [0, 1]

export class Runs {
  readonly #runs = new Rows(2)
  /** By size; made when first needed, so that a small graph is small. */
  readonly #blocks: Blocks[] = []
  readonly #largest = this.#newBlocks(SIZE_MAX)
  readonly #long: LongRuns

  constructor(seed: number) {
    this.#long = new LongRuns(seed, this.#largest, {
      get: (node) => this.#head(node),
      set: (node, block) => this.#runs.set(node, HEAD, block),
    })
  }

  count(node: number): number {
    return this.#runs.get(node, COUNT)
  }

  push(node: number, other: number, kind: number, weight: number): void {
    const count = this.count(node)
    if (count < SIZE_MAX) {
      this.#refit(node, count, count + 1)
      this.#sized(count + 1).write(this.#head(node), count, other, kind, weight)
    } else {
      if (count === SIZE_MAX) this.#long.begin(node)
      this.#long.push(node, other, kind, weight)
    }
    this.#runs.set(node, COUNT, count + 1)
  }

  /** The place of an edge, or NONE. */
  find(node: number, other: number, kind: number): number {
    const count = this.count(node)
    if (count === 0) return NONE
    if (count > SIZE_MAX) return this.#long.find(node, other, kind)
    const [blocks, block] = [this.#sized(count), this.#head(node)]
    const offset = blocks.offsetOf(block, count, other, kind)
    return offset === -1 ? NONE : block * blocks.size + offset
  }

  remove(node: number, place: number): void {
    const count = this.count(node)
    if (count > SIZE_MAX) {
      this.#long.remove(place)
      if (count === SIZE_MAX + 1) this.#long.end(node)
    } else {
      const [blocks, block] = [this.#sized(count), this.#head(node)]
      const offset = place % blocks.size
      blocks.copy(blocks, block, offset + 1, block, offset, count - offset - 1)
      this.#refit(node, count, count - 1)
    }
    this.#runs.set(node, COUNT, count - 1)
  }

  /** Fills `half` with the edge at a place, and returns it. */
  read(node: number, place: number, half: Half): Half {
    const blocks = this.#sized(this.count(node))
    return blocks.read(Math.floor(place / blocks.size), place % blocks.size, half)
  }

  setWeight(node: number, place: number, weight: number): void {
    const blocks = this.#sized(this.count(node))
    blocks.setWeight(Math.floor(place / blocks.size), place % blocks.size, weight)
  }

  /** The place of the edge of a node that came first, or NONE. */
  oldest(node: number): number {
    const count = this.count(node)
    if (count === 0) return NONE
    const block = count > SIZE_MAX ? this.#long.oldest(node) : this.#head(node)
    return block * this.#sized(count).size
  }

  /** The place of the edge of a node that came last, or NONE. */
  newest(node: number): number {
    const count = this.count(node)
    if (count === 0) return NONE
    const head = this.#head(node)
    return head * this.#sized(count).size + this.#used(head, count) - 1
  }

  /** The place of the edge that came after the one at a place, or NONE. */
  after(node: number, place: number): number {
    const count = this.count(node)
    const blocks = this.#sized(count)
    const block = Math.floor(place / blocks.size)
    if ((place % blocks.size) + 1 < this.#used(block, count)) return place + 1
    const newer = count > SIZE_MAX ? this.#long.newer(block) : NONE
    return newer === NONE ? NONE : newer * blocks.size
  }

  /** Puts the part of a run that came last into `stretch`; false when the node has no edges. */
  last(node: number, stretch: Stretch): boolean {
    const count = this.count(node)
    if (count === 0) return false
    this.#open(stretch, count, this.#head(node))
    return true
  }

  /** Puts the part of the same run that came before into `stretch`; false when there is none. */
  before(stretch: Stretch): boolean {
    if (stretch.before === NONE) return false
    this.#open(stretch, SIZE_MAX + 1, stretch.before)
    return true
  }

  /** Lets `stretch` be what is used of a block, in a run of so many edges. */
  #open(stretch: Stretch, count: number, block: number): void {
    this.#sized(count).open(block, stretch)
    stretch.used = this.#used(block, count)
    stretch.before = count > SIZE_MAX ? this.#long.older(block) : NONE
  }

  #head(node: number): number {
    return this.#runs.get(node, HEAD)
  }

  /** Entries in a block of a run of so many edges. */
  #used(block: number, count: number): number {
    return count > SIZE_MAX ? this.#long.used(block) : count
  }

  /** The blocks that hold runs of so many edges. */
  #sized(count: number): Blocks {
    const size = count < SIZE_MAX ? (SIZE_FOR[count] ?? 0) : SIZE_MAX
    if (size === SIZE_MAX) return this.#largest
    return (this.#blocks[size] ??= this.#newBlocks(size))
  }

  #newBlocks(size: number): Blocks {
    return new Blocks(size, (blocks, from, to) => this.#moved(blocks, from, to))
  }

  /** Moves a short run of `count` edges, of which it keeps the first, to a block for `next` of them. */
  #refit(node: number, count: number, next: number): void {
    const [from, to, head] = [this.#sized(count), this.#sized(next), this.#head(node)]
    if (from === to && count > 0 && next > 0) return
    if (next > 0) {
      const block = to.allot(node)
      if (count > 0) to.copy(from, head, 0, block, 0, Math.min(count, next))
      this.#runs.set(node, HEAD, block)
    }
    if (count > 0) from.free(head)
  }

  /** A block has another number from now on. */
  #moved(blocks: Blocks, from: number, to: number): void {
    const node = blocks.owner(to)
    if (this.count(node) > SIZE_MAX) this.#long.moved(from, to)
    else this.#runs.set(node, HEAD, to)
  }
}
