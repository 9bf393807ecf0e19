/**
 * Lists of postings, each sorted by slot. A list is a block, or several; the last one is most often the one
 * that grows, and a posting in the middle moves no more than one block. It does not know what a list stands
 * for. What has to be known to add a posting at the end lies side by side, for memory is what takes the time:
 *
 *   list 7    [ count, label, next list, last block | blocks, directory, its kind, – ]
 *                                            │                   │
 *                                            ▼                   ▼
 *                                          block           addresses of all blocks, if there are more
 */

import {
  append,
  begin,
  copy,
  countIn,
  cut,
  firstSlot,
  HEAD,
  insert,
  isFull,
  kindOf,
  remove,
  type Block,
} from './block.ts'
import { BlockOrder, ROW } from './block-order.ts'
import { Column } from './column.ts'
import { Cursor } from './cursor.ts'
import { offsetOf, posting, SPAN } from './postings.ts'
import { placeOf, Slab, sizeOf } from './slab.ts'

/** Blocks have up to 128 numbers: small enough to move, large enough to pass by. */
const KIND_MAX = 5

/** The row of a list, what `BlockOrder` leaves of it. */
const COUNT = 0
const LABEL = 1
const NEXT = 2

export class PostingLists {
  readonly #slab = new Slab()
  readonly #rows = new Column()
  readonly #order = new BlockOrder(this.#slab, this.#rows)
  readonly #free: number[] = []
  /** Every list is below this. */
  #span = 0

  /** Bytes of the blocks. */
  get bytes(): number {
    return this.#slab.bytes
  }

  /** Begins a list with its first posting, and with a label and no next list. */
  begin(label: number, slot: number, times: number, length: number): number {
    const list = this.#free.pop() ?? this.#span++
    this.#order.begin(list, this.#newBlock(slot, posting(slot, times, length), 0))
    this.#put(list, COUNT, 1)
    this.#put(list, LABEL, label)
    this.#put(list, NEXT, 0)
    return list
  }

  /** Postings in the list. */
  count(list: number): number {
    return this.#get(list, COUNT)
  }

  /** What it was begun with. */
  label(list: number): number {
    return this.#get(list, LABEL)
  }

  /** The list that was said to come after it. */
  next(list: number): number | undefined {
    const next = this.#get(list, NEXT)
    return next === 0 ? undefined : next - 1
  }

  setNext(list: number, next: number | undefined): void {
    this.#put(list, NEXT, next === undefined ? 0 : next + 1)
  }

  /** Adds a posting for a slot that has none in this list. */
  add(list: number, slot: number, times: number, length: number): void {
    const added = posting(slot, times, length)
    const last = this.#order.last(list)
    if (!append(this.#slab.page(last), placeOf(last), slot, added)) this.#insert(list, slot, added)
    this.#put(list, COUNT, this.#get(list, COUNT) + 1)
  }

  /** Removes the posting of a slot, if there is one. When it was the last, all to be done with the list is `drop`. */
  remove(list: number, slot: number): 'some left' | 'none left' {
    const i = this.#indexOf(list, slot)
    const address = this.#order.at(list, i)
    if (address === undefined || !remove(this.#block(address), slot)) return 'some left'
    const count = this.#get(list, COUNT) - 1
    this.#put(list, COUNT, count)
    this.#shrink(list, i, address)
    return count > 0 ? 'some left' : 'none left'
  }

  /** Forgets a list that has no postings. */
  drop(list: number): void {
    this.#free.push(list)
  }

  /** Makes a list that has no postings what another one is, and forgets the other. */
  become(list: number, other: number): void {
    for (let place = 0; place < ROW; place++) this.#put(list, place, this.#get(other, place))
    this.drop(other)
  }

  open(list: number): Cursor {
    return new Cursor(this.#slab, this.#order.all(list))
  }

  #insert(list: number, slot: number, added: number): void {
    const before = this.#indexOf(list, slot)
    const lower = this.#order.at(list, before)
    const upper = this.#order.at(list, before + 1)
    const isUpper =
      !this.#isOfSpan(lower, slot) || (this.#isFilledBefore(lower, slot) && this.#takes(upper, slot))
    const i = isUpper ? before + 1 : before
    const address = isUpper ? upper : lower
    if (address === undefined || !this.#isOfSpan(address, slot)) {
      this.#order.insert(list, before + 1, this.#newBlock(slot, added, 0))
      return
    }
    const block = this.#block(address)
    if (!isFull(block.page, block.at)) return insert(block, slot, added)
    const kind = kindOf(block.page, block.at)
    if (kind < KIND_MAX) insert(this.#moved(list, i, address, kind + 1), slot, added)
    else if (this.#isFilledBefore(address, slot)) {
      // A list that has filled a large block at its end is going to fill another one.
      this.#order.insert(list, i + 1, this.#newBlock(slot, added, upper === undefined ? KIND_MAX : 0))
    } else {
      this.#split(list, i, block)
      this.#insert(list, slot, added)
    }
  }

  /** The last block that begins at or before the slot, or -1. */
  #indexOf(list: number, slot: number): number {
    let low = 0
    let high = this.#order.count(list)
    if (this.#firstSlot(this.#order.last(list)) <= slot) return high - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#firstSlot(this.#order.at(list, middle) ?? 0) <= slot) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  #newBlock(slot: number, added: number, kind: number): number {
    const address = this.#slab.take(kind)
    begin(this.#block(address), kind, slot, added)
    return address
  }

  /** Gives the postings of a block one of another size. */
  #moved(list: number, i: number, address: number, kind: number): Block {
    const block = this.#block(address)
    const kindBefore = kindOf(block.page, block.at)
    const moved = this.#slab.take(kind)
    copy(block, 0, this.#block(moved), kind)
    this.#slab.give(address, kindBefore)
    this.#order.replace(list, i, moved)
    return this.#block(moved)
  }

  #split(list: number, i: number, block: Block): void {
    const half = countIn(block.page, block.at) >>> 1
    const upper = this.#slab.take(KIND_MAX)
    copy(block, half, this.#block(upper), KIND_MAX)
    cut(block, half)
    this.#order.insert(list, i + 1, upper)
  }

  /** Frees a block that is empty, and moves one that is a quarter full to a smaller one. */
  #shrink(list: number, i: number, address: number): void {
    const { page, at } = this.#block(address)
    const [count, kind] = [countIn(page, at), kindOf(page, at)]
    if (count > 0) {
      if (kind > 0 && 4 * count <= sizeOf(kind)) this.#moved(list, i, address, kind - 1)
      return
    }
    this.#slab.give(address, kind)
    this.#order.remove(list, i)
  }

  #get(list: number, place: number): number {
    return this.#rows.get(ROW * list + place)
  }

  #put(list: number, place: number, value: number): void {
    this.#rows.set(ROW * list + place, value)
  }

  #block(address: number): Block {
    return { page: this.#slab.page(address), at: placeOf(address) }
  }

  #firstSlot(address: number): number {
    return firstSlot(this.#slab.page(address), placeOf(address))
  }

  #isOfSpan(address: number | undefined, slot: number): address is number {
    return address !== undefined && (this.#firstSlot(address) & -SPAN) === (slot & -SPAN)
  }

  /** Whether the block has postings of the slot's span, and a place for one more or becomes larger. */
  #takes(address: number | undefined, slot: number): boolean {
    return this.#isOfSpan(address, slot) && !this.#isWhole(this.#block(address))
  }

  /** Whether the slot comes after every posting of a block that is full and as large as blocks are. */
  #isFilledBefore(address: number | undefined, slot: number): boolean {
    if (address === undefined) return false
    const block = this.#block(address)
    return this.#isWhole(block) && slot > lastSlot(block)
  }

  #isWhole({ page, at }: Block): boolean {
    return kindOf(page, at) === KIND_MAX && isFull(page, at)
  }
}

function lastSlot({ page, at }: Block): number {
  return (firstSlot(page, at) & -SPAN) + offsetOf(page[at + HEAD + countIn(page, at) - 1] ?? 0)
}
