/**
 * Numbers for the names of nodes, small and given out again. It grows page by page and segment by segment, so
 * that no name that comes costs more than a millisecond however many there are; `Interner` is built on a Map,
 * which copies itself whole whenever it doubles and holds 2^24 entries at most.
 *
 * Names stay strings of the engine. Kept as bytes they would take half the memory, but an answer would make a
 * hundred strings anew, which takes longer than to find whom to name.
 */

import { hashOfText } from './hash.ts'
import { Rows } from './rows.ts'
import { SlotTable } from './slot-table.ts'

const PAGE_BITS = 10
const PAGE_MASK = (1 << PAGE_BITS) - 1

export class Names {
  readonly #seed: number
  readonly #table = new SlotTable((id) => hashOfText(this.#seed, this.name(id)))
  readonly #pages: (string | undefined)[][] = []
  /** Ids below `span` that are free, the last one first. */
  readonly #free = new Rows(1)
  #freeCount = 0
  #span = 0

  constructor(seed: number) {
    this.#seed = seed
  }

  /** Names held. */
  get size(): number {
    return this.#span - this.#freeCount
  }

  /** Every id in use is below this. */
  get span(): number {
    return this.#span
  }

  /** The id of a name, or NONE. */
  find(name: string): number {
    return this.#table.find(hashOfText(this.#seed, name), (id) => this.name(id) === name)
  }

  name(id: number): string {
    const name = this.#pages[id >>> PAGE_BITS]?.[id & PAGE_MASK]
    if (name === undefined) throw new RangeError(`id ${id} is not in use`)
    return name
  }

  /** Gives an id to a name that has none. */
  add(name: string): number {
    const id = this.#freeCount === 0 ? this.#span++ : this.#free.get(--this.#freeCount, 0)
    this.#put(id, name)
    this.#table.add(id)
    return id
  }

  /** Takes back an id that is in use. */
  remove(id: number): void {
    this.#table.remove(id)
    this.#put(id, undefined)
    this.#free.set(this.#freeCount++, 0, id)
  }

  #put(id: number, name: string | undefined): void {
    const page = (this.#pages[id >>> PAGE_BITS] ??= [])
    page[id & PAGE_MASK] = name
  }
}
