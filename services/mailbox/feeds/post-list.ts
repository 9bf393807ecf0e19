/**
 * Posts in the order they were made, oldest first, each at most once. A new one nearly always goes to the
 * end; one that arrives late finds its place by halving.
 */

import type { Post } from './post.ts'

/** Any posts in that order. */
export interface OldestFirst {
  readonly size: number
  /** The `nth` oldest, counted from 0. */
  readonly at: (nth: number) => Post | undefined
}

export class PostList implements OldestFirst {
  readonly #posts: Post[] = []

  get size(): number {
    return this.#posts.length
  }

  at(nth: number): Post | undefined {
    return this.#posts[nth]
  }

  /** The newest so many, oldest first. */
  latest(count: number): readonly Post[] {
    return this.#posts.slice(-count)
  }

  /** False when it was there already. */
  add(post: Post): boolean {
    const place = placeOf(this, post.id)
    if (this.#posts[place] === post) return false
    this.#posts.splice(place, 0, post)
    return true
  }

  remove(post: Post): boolean {
    const place = placeOf(this, post.id)
    if (this.#posts[place] !== post) return false
    this.#posts.splice(place, 1)
    return true
  }
}

/** Where `id` is or would be: the number of posts with a smaller id. */
export function placeOf(posts: OldestFirst, id: string): number {
  let [low, high] = [0, posts.size]
  while (low < high) {
    const middle = (low + high) >> 1
    const post = posts.at(middle)
    if (post !== undefined && post.id < id) low = middle + 1
    else high = middle
  }
  return low
}
