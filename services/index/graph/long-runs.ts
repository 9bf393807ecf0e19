/**
 * The runs that do not fit into one block: a chain of blocks of the largest size, and an index that finds an
 * edge in a run of any length. It is an unrolled linked list: entries keep the order they came in, removal
 * closes up the block, and neighbors that fit into one block become one. So two neighbors together are always
 * more than a block, every step moves at most a block or two, and a run that has shrunk to one block's worth
 * is one block.
 *
 *   run of 9   newest ─► [ k l · · ] ─older─► [ f g i · ] ─older─► [ a b c e ] ─► NONE
 *                                   ◄─newer──            ◄─newer──
 */

import { emptyHalf, type Blocks } from './blocks.ts'
import { mixed } from './hash.ts'
import { Rows } from './rows.ts'
import { SlotTable } from './slot-table.ts'
import { NONE } from './typed.ts'

/** The newest block of each node's run. */
interface Heads {
  get(node: number): number
  set(node: number, block: number): void
}

/** Fields of a block's row. */
const [OLDER, NEWER, USED] = [0, 1, 2]

export class LongRuns {
  readonly #seed: number
  readonly #blocks: Blocks
  readonly #heads: Heads
  readonly #links = new Rows(3)
  readonly #half = emptyHalf()
  readonly #index = new SlotTable((place) => this.#hashAt(place))

  /** `blocks` are the largest there are, `heads` says where each run begins; both are shared with short runs. */
  constructor(seed: number, blocks: Blocks, heads: Heads) {
    this.#seed = seed
    this.#blocks = blocks
    this.#heads = heads
  }

  used(block: number): number {
    return this.#links.get(block, USED)
  }

  older(block: number): number {
    return this.#links.get(block, OLDER)
  }

  newer(block: number): number {
    return this.#links.get(block, NEWER)
  }

  oldest(node: number): number {
    let block = this.#heads.get(node)
    for (let older = this.older(block); older !== NONE; older = this.older(block)) block = older
    return block
  }

  /** Takes over a run that is one full block. */
  begin(node: number): void {
    const block = this.#heads.get(node)
    this.#link(NONE, block)
    this.#link(block, NONE)
    this.#links.set(block, USED, this.#blocks.size)
    for (let offset = 0; offset < this.#blocks.size; offset++) this.#index.add(this.#place(block, offset))
  }

  /** Hands back a run that is one full block. */
  end(node: number): void {
    const block = this.#heads.get(node)
    for (let offset = 0; offset < this.#blocks.size; offset++) this.#index.remove(this.#place(block, offset))
  }

  push(node: number, other: number, kind: number, weight: number): void {
    let block = this.#heads.get(node)
    if (this.used(block) === this.#blocks.size) {
      const added = this.#blocks.allot(node)
      this.#link(block, added)
      this.#link(added, NONE)
      this.#links.set(added, USED, 0)
      this.#heads.set(node, added)
      block = added
    }
    const offset = this.used(block)
    this.#blocks.write(block, offset, other, kind, weight)
    this.#links.set(block, USED, offset + 1)
    this.#index.add(this.#place(block, offset))
  }

  /** The place of an edge, or NONE. */
  find(node: number, other: number, kind: number): number {
    return this.#index.find(this.#hash(node, other, kind), (place) => {
      const [block, offset] = [this.#block(place), place % this.#blocks.size]
      if (this.#blocks.owner(block) !== node) return false
      const half = this.#blocks.read(block, offset, this.#half)
      return half.other === other && half.kind === kind
    })
  }

  remove(place: number): void {
    this.#index.remove(place)
    const block = this.#block(place)
    const offset = place % this.#blocks.size
    const behind = this.used(block) - offset - 1
    // One by one: a place is renamed while its old content can still be read.
    for (let i = offset; i < offset + behind; i++) this.#move(block, i + 1, block, i)
    this.#links.set(block, USED, offset + behind)
    const [older, newer] = [this.older(block), this.newer(block)]
    if (this.#fit(older, block)) this.#join(older, block)
    else if (this.#fit(block, newer)) this.#join(block, newer)
  }

  /** A block that belongs to a long run has another number from now on. */
  moved(from: number, to: number): void {
    this.#links.set(to, USED, this.used(from))
    this.#link(this.older(from), to)
    const newer = this.newer(from)
    this.#link(to, newer)
    if (newer === NONE) this.#heads.set(this.#blocks.owner(to), to)
    for (let offset = 0; offset < this.used(to); offset++) {
      this.#index.rename(this.#place(from, offset), this.#place(to, offset))
    }
  }

  #fit(older: number, newer: number): boolean {
    return older !== NONE && newer !== NONE && this.used(older) + this.used(newer) <= this.#blocks.size
  }

  /** Makes two neighbors one block. */
  #join(older: number, newer: number): void {
    const kept = this.used(older)
    const added = this.used(newer)
    for (let i = 0; i < added; i++) this.#move(newer, i, older, kept + i)
    this.#links.set(older, USED, kept + added)
    const next = this.newer(newer)
    this.#link(older, next)
    if (next === NONE) this.#heads.set(this.#blocks.owner(older), older)
    this.#blocks.free(newer)
  }

  #link(older: number, newer: number): void {
    if (older !== NONE) this.#links.set(older, NEWER, newer)
    if (newer !== NONE) this.#links.set(newer, OLDER, older)
  }

  #move(fromBlock: number, from: number, block: number, offset: number): void {
    this.#index.rename(this.#place(fromBlock, from), this.#place(block, offset))
    this.#blocks.copy(this.#blocks, fromBlock, from, block, offset, 1)
  }

  #place(block: number, offset: number): number {
    return block * this.#blocks.size + offset
  }

  #block(place: number): number {
    return Math.floor(place / this.#blocks.size)
  }

  #hashAt(place: number): number {
    const [block, offset] = [this.#block(place), place % this.#blocks.size]
    const { other, kind } = this.#blocks.read(block, offset, this.#half)
    return this.#hash(this.#blocks.owner(block), other, kind)
  }

  #hash(node: number, other: number, kind: number): number {
    return mixed(mixed(mixed(this.#seed, node), other), kind) >>> 0
  }
}
