/**
 * A block of postings in a page: sorted by slot, all of one span, and what has to be known to pass it by
 * without looking at them.
 *
 *   0        slot of its first posting
 *   1        [ count : 8 ][ kind : 3 ][ times : 6 ][ length : 10 ]
 *   2 …      postings
 *
 * Times and length are a weight that scores at least as much as every posting of the block does.
 */

import { better, offsetOf, SPAN } from './postings.ts'
import { sizeOf } from './slab.ts'

/** Where the postings begin. */
export const HEAD = 2

const KIND_AT = 16
const COUNT_AT = 19
const LOWER = 2 ** 16 - 1

/** A page, and where in it the block begins. */
export interface Block {
  readonly page: Uint32Array
  readonly at: number
}

export function firstSlot(page: Uint32Array, at: number): number {
  return page[at] ?? 0
}

export function countIn(page: Uint32Array, at: number): number {
  return (page[at + 1] ?? 0) >>> COUNT_AT
}

export function kindOf(page: Uint32Array, at: number): number {
  return ((page[at + 1] ?? 0) >>> KIND_AT) & 7
}

export function bestOf(page: Uint32Array, at: number): number {
  return (page[at + 1] ?? 0) & LOWER
}

/** Whether there is no place for another posting. */
export function isFull(page: Uint32Array, at: number): boolean {
  return HEAD + countIn(page, at) === sizeOf(kindOf(page, at))
}

/** The first place, counted from the first posting, whose posting is not below `offset` of the span. */
export function placeIn(page: Uint32Array, at: number, offset: number): number {
  const first = at + HEAD
  let low = 0
  let high = countIn(page, at)
  // Most postings are added in the order of their slots.
  if (high > 0 && offsetOf(page[first + high - 1] ?? 0) < offset) return high
  while (low < high) {
    const middle = (low + high) >>> 1
    if (offsetOf(page[first + middle] ?? 0) < offset) low = middle + 1
    else high = middle
  }
  return low
}

/** Makes a block of one posting. */
export function begin({ page, at }: Block, kind: number, slot: number, posting: number): void {
  page[at] = slot
  page[at + 1] = (1 << COUNT_AT) | (kind << KIND_AT) | (posting & LOWER)
  page[at + HEAD] = posting
}

/** Adds a posting at the end. False when it belongs to another span or before, or when there is no room. */
export function append(page: Uint32Array, at: number, slot: number, posting: number): boolean {
  const head = page[at + 1] ?? 0
  const count = head >>> COUNT_AT
  const end = at + HEAD + count
  const last = ((page[at] ?? 0) & -SPAN) + offsetOf(page[end - 1] ?? 0)
  const isNext = last < slot && (last & -SPAN) === (slot & -SPAN)
  if (!isNext || HEAD + count === sizeOf((head >>> KIND_AT) & 7)) return false
  page[end] = posting
  const kind = (head >>> KIND_AT) & 7
  page[at + 1] = ((count + 1) << COUNT_AT) | (kind << KIND_AT) | better(posting, head)
  return true
}

/** Adds a posting to a block that is not full. */
export function insert({ page, at }: Block, slot: number, posting: number): void {
  const count = countIn(page, at)
  const place = placeIn(page, at, offsetOf(posting))
  const target = at + HEAD + place
  if (place < count) page.copyWithin(target + 1, target, at + HEAD + count)
  page[target] = posting
  if (place === 0) page[at] = slot
  const best = better(posting, bestOf(page, at))
  page[at + 1] = ((count + 1) << COUNT_AT) | (kindOf(page, at) << KIND_AT) | best
}

/** Removes the posting of a slot. False when there is none. */
export function remove(block: Block, slot: number): boolean {
  const { page, at } = block
  const count = countIn(page, at)
  const place = placeIn(page, at, slot & (SPAN - 1))
  const target = at + HEAD + place
  const isThere = place < count && offsetOf(page[target] ?? 0) === (slot & (SPAN - 1))
  if (!isThere || spanOf(block) !== (slot & -SPAN)) return false
  page.copyWithin(target, target + 1, at + HEAD + count)
  describe(block, kindOf(page, at), count - 1, spanOf(block))
  return true
}

/** Copies postings of one block, from one place on, into another, which is then a block of `kind`. */
export function copy(from: Block, place: number, to: Block, kind: number): void {
  const source = from.at + HEAD
  const count = countIn(from.page, from.at)
  const span = spanOf(from)
  to.page.set(from.page.subarray(source + place, source + count), to.at + HEAD)
  describe(to, kind, count - place, span)
}

/** Leaves only the first `count` postings. */
export function cut(block: Block, count: number): void {
  describe(block, kindOf(block.page, block.at), count, spanOf(block))
}

/** Writes the head anew from the first `count` postings. */
function describe({ page, at }: Block, kind: number, count: number, span: number): void {
  const first = page[at + HEAD] ?? 0
  let best = first & LOWER
  for (let i = 1; i < count; i++) best = better(best, page[at + HEAD + i] ?? 0)
  page[at] = span + offsetOf(first)
  page[at + 1] = (count << COUNT_AT) | (kind << KIND_AT) | best
}

/** The first slot of the span it lies in. */
function spanOf({ page, at }: Block): number {
  return firstSlot(page, at) & -SPAN
}
