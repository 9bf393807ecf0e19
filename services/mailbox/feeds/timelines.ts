/**
 * What was pushed to the users: of each the newest `max`. It takes what the timelines need of the budget:
 * whether there is room was decided before.
 */

import type { Budget } from '../bounds/budget.ts'
import type { Person } from './person.ts'
import type { Post } from './post.ts'

/** A number, and at most as much room again. */
export const entryBytes = 16

export class Timelines {
  readonly max: number
  readonly #budget: Budget

  constructor(max: number, budget: Budget) {
    this.max = max
    this.#budget = budget
  }

  /** True when the timeline holds the post now; false when it is older than all a full timeline keeps. */
  insert({ timeline }: Person, { order }: Post): boolean {
    const inserted = timeline.insert(order, this.max)
    if (inserted === 'added') this.#budget.charge(entryBytes)
    return inserted !== 'older'
  }

  remove({ timeline }: Person, { order }: Post): void {
    if (timeline.remove(order)) this.#budget.give(entryBytes)
  }

  /** Keeps only these of a user's posts. */
  keep({ timeline }: Person, which: (order: number) => boolean): void {
    this.#budget.give(timeline.keep(which) * entryBytes)
  }
}
