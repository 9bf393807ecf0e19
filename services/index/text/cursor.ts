/**
 * Stands on one posting of a list and goes on by slot. It passes blocks by without looking at their postings.
 * It is good until the list changes.
 */

import type { Addresses } from './block-order.ts'
import { bestOf, countIn, firstSlot, HEAD } from './block.ts'
import { better, SLOTS_MAX, SPAN } from './postings.ts'
import { placeOf, type Slab } from './slab.ts'

/** Past every slot. */
export const END = SLOTS_MAX

const NOWHERE: Uint32Array = new Uint32Array(0)

export class Cursor {
  readonly #slab: Slab
  /** Where the addresses of its blocks stand, and how many. */
  readonly #directory: Uint32Array
  readonly #first: number
  readonly #count: number
  #index = -1
  /** Where in its page the block begins, the best weight in it, and where the next block begins. */
  #at = 0
  #best = 0
  #nextFirst = 0
  /** The slot it stands on, or `END`. */
  slot = END
  /** The page of its block, where in it the posting is and the postings end, and the slots they count from. */
  page = NOWHERE
  place = 0
  end = 0
  span = 0

  constructor(slab: Slab, blocks: Addresses) {
    this.#slab = slab
    this.#directory = blocks.page
    this.#first = blocks.at
    this.#count = blocks.count
    this.#enter(0)
  }

  /** Times and length of the posting it stands on. */
  get weight(): number {
    return this.page[this.place] ?? 0
  }

  /** The share of the list that lies behind it, about. */
  get progress(): number {
    const inBlock = this.slot === END ? 0 : (this.place - this.#at - HEAD) / (this.end - this.#at - HEAD)
    return this.#count === 0 ? 1 : (this.#index + inBlock) / this.#count
  }

  /** Goes to `place` in its block, or to the next block from the end of this one. */
  moveTo(place: number): void {
    if (place === this.end) return this.#enter(this.#index + 1)
    this.place = place
    this.slot = this.span + ((this.page[place] ?? 0) >>> 16)
  }

  /** Goes on to the first posting that is not below `slot`. */
  seek(slot: number): void {
    if (this.slot >= slot) return
    if (slot >= this.#nextFirst) this.#enter(this.#lastUpTo(slot))
    if (this.slot >= slot) return
    let low = this.place + 1
    let high = this.end
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.span + ((this.page[middle] ?? 0) >>> 16) < slot) low = middle + 1
      else high = middle
    }
    this.moveTo(low)
  }

  /** A weight at least as good as that of every posting from here to `slot`, which is not included. */
  bestBelow(slot: number): number {
    let best = this.#best
    if (slot <= this.#nextFirst) return best
    for (let i = this.#index + 1; i < this.#count; i++) {
      const address = this.#addressOf(i)
      const page = this.#slab.page(address)
      const at = placeOf(address)
      if (firstSlot(page, at) >= slot) break
      best = better(best, bestOf(page, at))
    }
    return best
  }

  /** The last block, from the present one on, that begins at or before `slot`; looked for in steps that double. */
  #lastUpTo(slot: number): number {
    let low = this.#index
    let step = 1
    while (this.#firstOf(low + step) <= slot) {
      low += step
      step *= 2
    }
    for (; step > 0; step >>>= 1) if (this.#firstOf(low + step) <= slot) low += step
    return low
  }

  #firstOf(index: number): number {
    if (index >= this.#count) return END + 1
    const address = this.#addressOf(index)
    return firstSlot(this.#slab.page(address), placeOf(address))
  }

  #addressOf(index: number): number {
    return this.#directory[this.#first + index] ?? 0
  }

  #enter(index: number): void {
    this.#index = index
    if (index >= this.#count) {
      this.slot = END
      return
    }
    const address = this.#addressOf(index)
    const page = this.#slab.page(address)
    const at = placeOf(address)
    this.page = page
    this.#at = at
    this.place = at + HEAD
    this.end = this.place + countIn(page, at)
    this.slot = firstSlot(page, at)
    this.span = this.slot & -SPAN
    this.#best = bestOf(page, at)
    this.#nextFirst = this.#firstOf(index + 1)
  }
}
