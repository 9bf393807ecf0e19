/**
 * Remembers what was sent within a window, so that a sender may repeat itself. A remembered send is part of
 * the promise its acknowledgement made: a full table takes no new ones instead of forgetting an old one
 * early. The window is one span for all, so the oldest entry is always the first to go.
 */

import type { Budget } from '../bounds/budget.ts'
import { copyKey, keyBytes, keyWords, noSlot } from './store/key-index.ts'
import { KeyRing } from './store/key-ring.ts'
import { Reserve } from './store/reserve.ts'

/** What an entry takes, in memory and in a snapshot: a key and an id of 16 bytes, a time, cells of an index. */
export const recentBytes = 64

/** Sends in the order they were remembered, a few of them side by side. */
export interface RecentRun {
  /** What makes two sends the same, four words each. */
  readonly keys: Uint32Array
  readonly ids: Uint32Array
  readonly untilMs: Float64Array
}

/** What a slot takes in all columns. */
const slotBytes = 2 * keyBytes + 8

/** Slots of a ring and what belongs to each. */
interface Table {
  readonly ring: KeyRing
  readonly ids: Uint32Array
  readonly untilMs: Float64Array
}

export class RecentSends {
  readonly #budget: Budget
  #table: Table

  constructor(budget: Budget) {
    this.#budget = budget
    this.#table = tableFor(budget.max)
  }

  /** The words among which the id of the message sent under this key within the window stands, and where; or null. */
  find(
    keys: Uint32Array,
    at: number,
    nowMs: number,
  ): { readonly words: Uint32Array; readonly at: number } | null {
    const { ring, ids, untilMs } = this.#table
    const slot = ring.find(keys, at)
    if (slot === noSlot || (untilMs[slot] ?? 0) <= nowMs) return null
    return { words: ids, at: slot * keyWords }
  }

  /** When the oldest entry is past its window; Infinity when there is none. */
  get dueAtMs(): number {
    const { ring, untilMs } = this.#table
    return ring.size === 0 ? Infinity : (untilMs[ring.peek()] ?? Infinity)
  }

  /** How many are past their window, counted up to `most`. */
  lapsed(nowMs: number, most: number): number {
    let count = 0
    for (const [from, end] of this.#table.ring.runs(most)) {
      for (let slot = from; slot < end; slot++) {
        if (count === most || (this.#table.untilMs[slot] ?? Infinity) > nowMs) return count
        count++
      }
    }
    return count
  }

  /** Oldest first, also those past their window, at most `most` at a time. Good until there is another. */
  *runs(most: number): Generator<RecentRun> {
    const { ring, ids, untilMs } = this.#table
    for (const [from, end] of ring.runs(most)) {
      yield {
        keys: ring.words.subarray(from * keyWords, end * keyWords),
        ids: ids.subarray(from * keyWords, end * keyWords),
        untilMs: untilMs.subarray(from, end),
      }
    }
  }

  /** The key and the id stand at word `at` of theirs. */
  remember(keys: Uint32Array, ids: Uint32Array, at: number, untilMs: number): void {
    this.#budget.charge(1)
    // Only when the setting was lowered since they were remembered.
    if (this.#table.ring.size === this.#table.ring.max) this.#lengthen()
    remember(this.#table, keys, ids, at, untilMs)
  }

  /** Forgets the oldest `count`. */
  forget(count: number): void {
    const { ring } = this.#table
    const forgotten = Math.min(count, ring.size)
    this.#budget.give(forgotten)
    for (let n = 0; n < forgotten; n++) ring.shift()
  }

  /** Forgets all. */
  clear(): void {
    this.#budget.give(this.#budget.used)
    this.#table.ring.clear()
  }

  #lengthen(): void {
    const long = tableFor(2 * this.#table.ring.max)
    for (const { keys, ids, untilMs } of this.runs(this.#table.ring.max)) {
      for (const [n, until] of untilMs.entries()) remember(long, keys, ids, n * keyWords, until)
    }
    this.#table = long
  }
}

function tableFor(max: number): Table {
  const slots = max + 1
  const reserve = new Reserve(slots * slotBytes)
  return {
    ring: new KeyRing(max, reserve.uint32(keyWords * slots)),
    ids: reserve.uint32(keyWords * slots),
    untilMs: reserve.float64(slots),
  }
}

function remember(table: Table, keys: Uint32Array, ids: Uint32Array, at: number, untilMs: number): void {
  const slot = table.ring.push(keys, at)
  copyKey(ids, at, table.ids, slot * keyWords)
  table.untilMs[slot] = untilMs
}
