/**
 * A first-in first-out line of slots, linked through columns of their owner, so that it takes no memory of its
 * own and anybody may leave from the middle.
 */

import { noSlot } from './key-index.ts'

/** The owner may put longer columns in the place of these. */
export interface LineColumns {
  readonly before: () => Uint32Array
  readonly after: () => Uint32Array
}

export class Line {
  readonly #columns: LineColumns
  #first = noSlot
  #last = noSlot
  #size = 0

  constructor(columns: LineColumns) {
    this.#columns = columns
  }

  get size(): number {
    return this.#size
  }

  /** The one that came first, or `noSlot`. */
  peek(): number {
    return this.#first
  }

  /** First in, first out. */
  *values(): Generator<number> {
    for (let slot = this.#first; slot !== noSlot; slot = this.#columns.after()[slot] ?? noSlot) yield slot
  }

  push(slot: number): void {
    this.#columns.before()[slot] = this.#last
    this.#columns.after()[slot] = noSlot
    if (this.#last === noSlot) this.#first = slot
    else this.#columns.after()[this.#last] = slot
    this.#last = slot
    this.#size++
  }

  /** Of a slot that is in this line. */
  remove(slot: number): void {
    const [befores, afters] = [this.#columns.before(), this.#columns.after()]
    const before = befores[slot] ?? noSlot
    const after = afters[slot] ?? noSlot
    if (before === noSlot) this.#first = after
    else afters[before] = after
    if (after === noSlot) this.#last = before
    else befores[after] = before
    this.#size--
  }
}
