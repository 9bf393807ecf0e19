/**
 * The timelines of the users: posts that were pushed to them, the newest `max` of each. Room is reserved
 * before a post goes out, so a post that was accepted reaches everybody it should. It knows no authors'
 * lists and no follows.
 */

import assert from 'node:assert/strict'
import type { Budget } from '../bounds/budget.ts'
import { PostList } from './post-list.ts'
import type { Post } from './post.ts'

/** Room for entries that do not exist yet; `insert` spends it, `release` returns the rest. */
interface Reservation {
  left: number
}

/** A reference, and its share of the list around it. */
export const entryBytes = 16

export class Timelines {
  readonly #max: number
  readonly #budget: Budget
  readonly #lists = new Map<string, PostList>()

  constructor(max: number, budget: Budget) {
    this.#max = max
    this.#budget = budget
  }

  /** Null when the budget has no room for that many. */
  reserve(entries: number): Reservation | null {
    return this.#budget.take(entries * entryBytes) ? { left: entries } : null
  }

  release(reservation: Reservation): void {
    this.#budget.give(reservation.left * entryBytes)
    reservation.left = 0
  }

  /** True when the timeline holds the post now; false when it is older than all a full timeline keeps. */
  insert(user: string, post: Post, reservation: Reservation): boolean {
    const list = this.#lists.get(user) ?? new PostList()
    if (!list.add(post)) return true
    this.#lists.set(user, list)
    if (list.size <= this.#max) {
      assert(reservation.left > 0, 'a post went to more timelines than was reserved')
      reservation.left--
      return true
    }
    const oldest = list.posts[0]
    list.removeOldest()
    return oldest !== post
  }

  remove(user: string, post: Post): void {
    const list = this.#lists.get(user)
    if (list !== undefined && list.remove(post)) this.#gaveUp(user, list, 1)
  }

  removeAuthor(user: string, author: string): void {
    const list = this.#lists.get(user)
    if (list !== undefined) this.#gaveUp(user, list, list.removeAuthor(author))
  }

  /** Oldest first. */
  posts(user: string): readonly Post[] {
    return this.#lists.get(user)?.posts ?? []
  }

  clear(): void {
    for (const [user, list] of this.#lists) {
      this.#budget.give(list.size * entryBytes)
      this.#lists.delete(user)
    }
  }

  #gaveUp(user: string, list: PostList, entries: number): void {
    this.#budget.give(entries * entryBytes)
    if (list.size === 0) this.#lists.delete(user)
  }
}
