/**
 * Posts in the order they were made, oldest first, each at most once. A new one nearly always goes to the
 * end; one that arrives late finds its place by halving.
 */

import type { Post } from './post.ts'

export class PostList {
  #posts: Post[] = []

  /** Oldest first. */
  get posts(): readonly Post[] {
    return this.#posts
  }

  get size(): number {
    return this.#posts.length
  }

  /** False when it was there already. */
  add(post: Post): boolean {
    const place = placeOf(this.#posts, post.id)
    if (this.#posts[place] === post) return false
    this.#posts.splice(place, 0, post)
    return true
  }

  remove(post: Post): boolean {
    const place = placeOf(this.#posts, post.id)
    if (this.#posts[place] !== post) return false
    this.#posts.splice(place, 1)
    return true
  }

  removeOldest(): void {
    this.#posts.shift()
  }

  /** How many went. */
  removeAuthor(author: string): number {
    const before = this.#posts.length
    this.#posts = this.#posts.filter((post) => post.author !== author)
    return before - this.#posts.length
  }
}

/** Where `id` is or would be: the number of posts with a smaller id. */
export function placeOf(posts: readonly Post[], id: string): number {
  let [low, high] = [0, posts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const post = posts[middle]
    if (post !== undefined && post.id < id) low = middle + 1
    else high = middle
  }
  return low
}
