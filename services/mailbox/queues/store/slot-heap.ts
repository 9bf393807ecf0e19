/**
 * A heap of slots, four children to a node, whose ranks and places are columns of their owner: a member knows
 * where it is, so one can leave from the middle, and an entry takes four bytes.
 *
 *     slots   [ 0 | 1 2 3 4 | 5 6 7 8 … ]     children of i at 4i+1 to 4i+4, parent at (i−1)/4
 *
 * Every change costs O(log n). Members of equal rank come out in no order.
 */

import assert from 'node:assert/strict'
import { noSlot } from './key-index.ts'

/** The owner may put longer columns in the place of these. */
export interface HeapColumns {
  /** The lowest comes first; a member's does not change while it is one. */
  readonly ranks: () => Float64Array
  readonly places: () => Uint32Array
}

const slotsMin = 8
/** An empty heap keeps no more memory than this for the next time. */
const slotsKept = 1024
const children = 4

export class SlotHeap {
  readonly #columns: HeapColumns
  #slots = new Uint32Array(slotsMin)
  #size = 0

  constructor(columns: HeapColumns) {
    this.#columns = columns
  }

  get size(): number {
    return this.#size
  }

  /** The first, or `noSlot`. */
  peek(): number {
    return this.#size === 0 ? noSlot : (this.#slots[0] ?? noSlot)
  }

  /** All members, in no order. */
  values(): Uint32Array {
    return this.#slots.slice(0, this.#size)
  }

  push(slot: number): void {
    if (this.#size === this.#slots.length) {
      const longer = new Uint32Array(2 * this.#slots.length)
      longer.set(this.#slots)
      this.#slots = longer
    }
    this.#rise(slot, this.#size++)
  }

  remove(slot: number): void {
    const place = this.#columns.places()[slot] ?? 0
    assert(place < this.#size && this.#slots[place] === slot, 'the slot is not in this heap')
    this.#size--
    const last = this.#slots[this.#size] ?? noSlot
    if (this.#size === 0 && this.#slots.length > slotsKept) this.#slots = new Uint32Array(slotsMin)
    if (last === slot) return
    if (!this.#rise(last, place)) this.#sink(last, place)
  }

  /** Puts a slot at the empty place or above it. False when it belongs at the place or below. */
  #rise(slot: number, from: number): boolean {
    const [slots, ranks, places] = [this.#slots, this.#columns.ranks(), this.#columns.places()]
    const rank = ranks[slot] ?? 0
    let place = from
    while (place > 0) {
      const above = (place - 1) >> 2
      const parent = slots[above] ?? noSlot
      if ((ranks[parent] ?? 0) <= rank) break
      slots[place] = parent
      places[parent] = place
      place = above
    }
    slots[place] = slot
    places[slot] = place
    return place < from
  }

  #sink(slot: number, from: number): void {
    const [slots, ranks, places] = [this.#slots, this.#columns.ranks(), this.#columns.places()]
    const rank = ranks[slot] ?? 0
    let place = from
    for (;;) {
      const first = place * children + 1
      const end = Math.min(first + children, this.#size)
      let least = place
      let leastRank = rank
      for (let child = first; child < end; child++) {
        const childRank = ranks[slots[child] ?? noSlot] ?? 0
        if (childRank >= leastRank) continue
        least = child
        leastRank = childRank
      }
      if (least === place) break
      const child = slots[least] ?? noSlot
      slots[place] = child
      places[child] = place
      place = least
    }
    slots[place] = slot
    places[slot] = place
  }
}
