/**
 * Which blocks a list has, in order. Most lists have one, whose address stands in the row of the list; the
 * addresses of more are in a directory, which is itself a block of the slab and moves to one of another size.
 * The largest has a page of addresses: with so many blocks a list would be of more documents than an index may
 * have, for of two blocks that stand side by side one has slots that were enough for half a full block.
 */

import type { Column } from './column.ts'
import { placeOf, sizeOf, type Slab } from './slab.ts'

/** Numbers in the row of a list, and where in it is what belongs here; the rest is for whoever has the rows. */
export const ROW = 8
const LAST = 3
const BLOCKS = 4
const DIRECTORY = 5
const KIND = 6

/** Addresses that stand one after the other in a page. Good until the list changes. */
export interface Addresses {
  readonly page: Uint32Array
  readonly at: number
  readonly count: number
}

export class BlockOrder {
  readonly #slab: Slab
  readonly #rows: Column

  constructor(slab: Slab, rows: Column) {
    this.#slab = slab
    this.#rows = rows
  }

  begin(list: number, address: number): void {
    this.#put(list, LAST, address)
    this.#put(list, BLOCKS, 1)
  }

  /** Blocks of the list. */
  count(list: number): number {
    return this.#get(list, BLOCKS)
  }

  last(list: number): number {
    return this.#get(list, LAST)
  }

  /** The address of block `i`, or undefined where there is none. */
  at(list: number, i: number): number | undefined {
    const count = this.#get(list, BLOCKS)
    if (i < 0 || i >= count) return undefined
    if (count === 1) return this.#get(list, LAST)
    const directory = this.#get(list, DIRECTORY)
    return this.#slab.page(directory)[placeOf(directory) + i]
  }

  all(list: number): Addresses {
    const count = this.#get(list, BLOCKS)
    if (count === 1) {
      const { page, at } = this.#rows.placeOf(ROW * list + LAST)
      return { page, at, count }
    }
    const directory = this.#get(list, DIRECTORY)
    return { page: this.#slab.page(directory), at: placeOf(directory), count }
  }

  /** Puts a block before the one that is `i` now. */
  insert(list: number, i: number, address: number): void {
    const count = this.#get(list, BLOCKS)
    if (count === 1) this.#direct(list)
    else if (count === sizeOf(this.#get(list, KIND))) this.#resize(list, this.#get(list, KIND) + 1)
    const directory = this.#get(list, DIRECTORY)
    const [page, at] = [this.#slab.page(directory), placeOf(directory)]
    page.copyWithin(at + i + 1, at + i, at + count)
    page[at + i] = address
    this.#put(list, BLOCKS, count + 1)
    if (i === count) this.#put(list, LAST, address)
  }

  replace(list: number, i: number, address: number): void {
    const count = this.#get(list, BLOCKS)
    if (i === count - 1) this.#put(list, LAST, address)
    if (count === 1) return
    const directory = this.#get(list, DIRECTORY)
    this.#slab.page(directory)[placeOf(directory) + i] = address
  }

  /** Takes out block `i`. */
  remove(list: number, i: number): void {
    const count = this.#get(list, BLOCKS) - 1
    this.#put(list, BLOCKS, count)
    if (count === 0) return
    const [directory, kind] = [this.#get(list, DIRECTORY), this.#get(list, KIND)]
    const [page, at] = [this.#slab.page(directory), placeOf(directory)]
    page.copyWithin(at + i, at + i + 1, at + count + 1)
    this.#put(list, LAST, page[at + count - 1] ?? 0)
    if (count === 1) this.#slab.give(directory, kind)
    else if (4 * count <= sizeOf(kind)) this.#resize(list, kind - 1)
  }

  /** Begins the directory of a list that has one block. */
  #direct(list: number): void {
    const directory = this.#slab.take(0)
    this.#slab.page(directory)[placeOf(directory)] = this.#get(list, LAST)
    this.#put(list, DIRECTORY, directory)
    this.#put(list, KIND, 0)
  }

  /** Moves the directory to a block of another size. */
  #resize(list: number, kind: number): void {
    const [from, kindBefore] = [this.#get(list, DIRECTORY), this.#get(list, KIND)]
    const to = this.#slab.take(kind)
    const kept = sizeOf(Math.min(kind, kindBefore))
    const addresses = this.#slab.page(from).subarray(placeOf(from), placeOf(from) + kept)
    this.#slab.page(to).set(addresses, placeOf(to))
    this.#slab.give(from, kindBefore)
    this.#put(list, DIRECTORY, to)
    this.#put(list, KIND, kind)
  }

  #get(list: number, place: number): number {
    return this.#rows.get(ROW * list + place)
  }

  #put(list: number, place: number, value: number): void {
    this.#rows.set(ROW * list + place, value)
  }
}
