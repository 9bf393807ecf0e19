/**
 * Numbers for the names of nodes, small and given out again. It grows page by page and segment by segment, so
 * that no name that comes costs more than a millisecond however many there are; `Interner` is built on a Map,
 * which copies itself whole whenever it doubles and holds 2^24 entries at most.
 *
 * Names stay strings of the engine. Kept as bytes they would take half the memory, but an answer would make a
 * hundred strings anew, which takes longer than to find whom to name.
 */

import { hashOfText } from './hash.ts'
import { orderKey } from './order-key.ts'
import { Pages } from './pages.ts'
import { Rows } from './rows.ts'
import { SlotTable } from './slot-table.ts'
import { carried } from './typed.ts'

/** Names and keys in a page. */
const PAGE_BITS = 12
const PAGE_MASK = (1 << PAGE_BITS) - 1

export class Names {
  readonly #seed: number
  readonly #table = new SlotTable((id) => hashOfText(this.#seed, this.name(id)))
  readonly #pages: (string | undefined)[][] = []
  /** See `orderKey`; the reference is the first name there was. */
  readonly #keys = new Pages<Float64Array>(PAGE_BITS, (rows, before) => {
    const page = new Float64Array(rows)
    return before === undefined ? page : carried(before, page)
  })
  #reference: string | undefined
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

  /** Of two names in use the one with the lesser key comes first; where keys are equal, the names decide. */
  key(id: number): number {
    return this.#keys.page(id)?.[this.#keys.inPage(id)] ?? 0
  }

  /** Gives an id to a name that has none. */
  add(name: string): number {
    const id = this.#freeCount === 0 ? this.#span++ : this.#free.get(--this.#freeCount, 0)
    this.#put(id, name)
    this.#table.add(id)
    this.#keys.fit(this.#span)
    const page = this.#keys.page(id)
    if (page !== undefined) page[this.#keys.inPage(id)] = orderKey(name, (this.#reference ??= name))
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
