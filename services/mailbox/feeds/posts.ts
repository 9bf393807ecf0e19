/** The posts of one tenant, by id and by number. One that is gone stays until it has left every timeline. */

import assert from 'node:assert/strict'
import { GrowingMap, hashOfText } from './growing-map.ts'
import type { Post } from './post.ts'

export class Posts {
  readonly #byId = new GrowingMap<string, Post>(hashOfText)
  readonly #byOrder = new GrowingMap<number, Post>((order) => order)
  #nextOrder = 0
  #newestId = ''

  /** The `order` of the next post. */
  get nextOrder(): number {
    return this.#nextOrder
  }

  /** The largest id there was; empty when there was none. */
  get newestId(): string {
    return this.#newestId
  }

  /** In no order. */
  all(): Iterable<Post> {
    return this.#byOrder.values()
  }

  oldestFirst(): readonly Post[] {
    return [...this.all()].sort((a, b) => a.order - b.order)
  }

  /** Gone or not. */
  get(id: string): Post | undefined {
    return this.#byId.get(id)
  }

  /** A record names this post, so it is there, gone or not. */
  must(id: string): Post {
    const post = this.#byId.get(id)
    assert(post !== undefined, `a record names post ${id}, which is not there`)
    return post
  }

  /** A timeline holds this number, so the post is there, gone or not. */
  at(order: number): Post {
    const post = this.#byOrder.get(order)
    assert(post !== undefined, `a timeline holds post number ${order}, which is not there`)
    return post
  }

  add(post: Post): void {
    this.#byId.set(post.id, post)
    this.#byOrder.set(post.order, post)
    this.#nextOrder = Math.max(this.#nextOrder, post.order + 1)
    if (post.id > this.#newestId) this.#newestId = post.id
  }

  remove(post: Post): void {
    this.#byId.delete(post.id)
    this.#byOrder.delete(post.order)
  }
}
