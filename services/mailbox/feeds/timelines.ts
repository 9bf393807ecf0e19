/**
 * The timelines of the users: posts that were pushed to them, the newest `max` of each. It knows no authors'
 * lists and no follows, and takes what it needs of the budget: whether there is room was decided before.
 */

import type { Budget } from '../bounds/budget.ts'
import { PostList } from './post-list.ts'
import type { Post } from './post.ts'

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

  /** True when the timeline holds the post now; false when it is older than all a full timeline keeps. */
  insert(user: string, post: Post): boolean {
    const list = this.#lists.get(user) ?? new PostList()
    if (!list.add(post)) return true
    this.#lists.set(user, list)
    if (list.size <= this.#max) {
      this.#budget.charge(entryBytes)
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

  /** Users with their posts, oldest first. */
  *all(): Generator<readonly [user: string, posts: readonly Post[]]> {
    for (const [user, { posts }] of this.#lists) yield [user, posts]
  }

  #gaveUp(user: string, list: PostList, entries: number): void {
    this.#budget.give(entries * entryBytes)
    if (list.size === 0) this.#lists.delete(user)
  }
}
