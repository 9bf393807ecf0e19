/**
 * Remembers what was sent within a window, so that a sender may repeat itself. A remembered send is part of
 * the promise its acknowledgement made: a full table takes no new ones instead of forgetting an old one
 * early. The window is one span for all, so the oldest entry is always the first to go.
 */

import type { Budget } from '../bounds/budget.ts'
import { Fifo } from '../bounds/fifo.ts'

export interface RecentSend {
  /** What makes two sends the same. */
  readonly key: string
  readonly id: string
  readonly untilMs: number
}

/** What an entry takes in a snapshot: a key of 32 bytes, an id of 26, a time, and lengths around them. */
export const recentBytes = 96

export class RecentSends {
  readonly #budget: Budget
  readonly #entries = new Map<string, RecentSend>()
  readonly #line = new Fifo<RecentSend>()

  constructor(budget: Budget) {
    this.#budget = budget
  }

  /** The id of the message sent under this key within the window. */
  find(key: string, nowMs: number): string | undefined {
    const entry = this.#entries.get(key)
    return entry !== undefined && entry.untilMs > nowMs ? entry.id : undefined
  }

  /** When the oldest entry is past its window; Infinity when there is none. */
  get dueAtMs(): number {
    return this.#line.peek()?.untilMs ?? Infinity
  }

  /** How many are past their window, counted up to `most`. */
  lapsed(nowMs: number, most: number): number {
    let count = 0
    for (const { untilMs } of this.#line) {
      if (untilMs > nowMs || count === most) break
      count++
    }
    return count
  }

  /** Oldest first, also those past their window. */
  entries(): Iterable<RecentSend> {
    return this.#line
  }

  remember(entry: RecentSend): void {
    this.#budget.charge(1)
    this.#entries.set(entry.key, entry)
    this.#line.push(entry)
  }

  /** Forgets the oldest `count`. */
  forget(count: number): void {
    for (let forgotten = 0; forgotten < count; forgotten++) {
      const entry = this.#line.shift()
      if (entry === undefined) return
      this.#budget.give(1)
      // The key may have been sent again since its window ended; that entry stays.
      if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key)
    }
  }
}
