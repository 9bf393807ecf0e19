/**
 * The feed of one tenant. A home shows the posts of the authors a user follows, newest first, whether they
 * were pushed into the user's timeline when they were written or, for an author with very many followers,
 * are pulled when the home is read. The reader cannot tell which.
 *
 * It changes by `apply` and in no other way, whether a record is new or is replayed. A post comes to the
 * timelines of its followers, and leaves them, by a walk in steps: each is a record, so a walk goes on after a
 * crash where it was.
 */

import assert from 'node:assert/strict'
import type { Budget } from '../bounds/budget.ts'
import type { FeedRecord, PostContent, SteppedRecord, Steps } from './feed-records.ts'
import { Follows } from './follows.ts'
import { newest } from './merge.ts'
import { PostList } from './post-list.ts'
import { chargeOf, type Post } from './post.ts'
import { entryBytes, Timelines } from './timelines.ts'

/** A post on its way to the timelines of its followers or, once it is gone, out of them. */
export interface Walk extends Steps {
  readonly post: Post
  after: number
  delivered: number
}

interface Author {
  readonly posts: PostList
  readonly pulled: PostList
}

/** A handful of empty maps. */
export const feedBytes = 2048
/** Entries on two sides, and at most a map, a list and a timeline. */
const followBytes = 512
/** Entries of a timeline that one record of a snapshot holds. */
const chunk = 1024

export class Feed {
  readonly #tenant: string
  readonly #budget: Budget
  readonly #timelineMax: number
  readonly #follows = new Follows()
  readonly #timelines: Timelines
  readonly #posts = new Map<string, Post>()
  readonly #authors = new Map<string, Author>()
  /** Authors with pulled posts: few, so a home looks here first. */
  readonly #pulled = new Set<string>()
  readonly #walks = new Map<string, Walk>()
  /** Deleted, and not out of every timeline yet. */
  readonly #leaving = new Map<string, Post>()
  /** What the timelines of a snapshot name; made when they are restored, dropped with the next post. */
  #byOrder: ReadonlyMap<number, Post> | null = null
  #nextOrder = 0
  #nextFollow = 1

  constructor(tenant: string, timelineMax: number, budget: Budget) {
    this.#tenant = tenant
    this.#timelineMax = timelineMax
    this.#budget = budget
    this.#timelines = new Timelines(timelineMax, budget)
  }

  apply(record: FeedRecord): void {
    switch (record.kind) {
      case 'opened':
        return this.#budget.charge(feedBytes)
      case 'followed':
        return this.#follow(record.user, record.author, record.number)
      case 'unfollowed':
        return this.#unfollow(record.user, record.author)
      case 'posted': {
        const post = this.#store(record.content, record.order)
        this.#list(post)
        if (post.pushed) this.#walk(post)
        return
      }
      case 'sentAgain':
        return this.#walk(this.#postOf(record.id))
      case 'stepped':
        return this.#step(record)
      case 'removed':
        return this.#remove(this.#postOf(record.id))
      case 'post': {
        const post = this.#store(record.content, record.order)
        post.gone = record.gone
        if (post.gone) this.#leaving.set(post.id, post)
        else this.#list(post)
        return
      }
      case 'timeline':
        for (const order of record.orders) this.#timelines.insert(record.user, this.#postAt(order))
        return
      case 'walk': {
        const { id, after, upTo, delivered } = record
        this.#walks.set(id, { post: this.#postOf(id), after, upTo, delivered })
      }
    }
  }

  /** The state as records. Applied in order to nothing they make an equal one. */
  *snapshot(): Generator<FeedRecord> {
    const tenant = this.#tenant
    yield { kind: 'opened', tenant }
    // Before the posts: to follow brings what was posted already into the timeline.
    for (const follow of this.#follows.all()) yield { kind: 'followed', tenant, ...follow }
    for (const post of [...this.#posts.values(), ...this.#leaving.values()]) {
      yield { kind: 'post', tenant, content: post, order: post.order, gone: post.gone }
    }
    for (const [user, posts] of this.#timelines.all()) {
      for (let at = 0; at < posts.length; at += chunk) {
        const orders = posts.slice(at, at + chunk).map(({ order }) => order)
        yield { kind: 'timeline', tenant, user, orders }
      }
    }
    for (const { post, after, upTo, delivered } of this.#walks.values()) {
      yield { kind: 'walk', tenant, id: post.id, after, upTo, delivered }
    }
  }

  follows(user: string, author: string): boolean {
    return this.#follows.has(user, author)
  }

  /** How many authors the user follows. */
  followed(user: string): number {
    return this.#follows.followedBy(user).size
  }

  followers(author: string): number {
    return this.#follows.followersOf(author).length
  }

  /** The `number` of the next follow. */
  get nextFollow(): number {
    return this.#nextFollow
  }

  /** The `order` of the next post. */
  get nextOrder(): number {
    return this.#nextOrder
  }

  /** What a user's follow of this author would take of the budget. */
  chargeOfFollow(user: string, author: string): number {
    return followCharge(user, author) + this.#earlier(author).length * entryBytes
  }

  get(id: string): Post | undefined {
    return this.#posts.get(id)
  }

  /** The walk of a post that has not come to its end. */
  walkOf(id: string): Walk | undefined {
    return this.#walks.get(id)
  }

  walks(): Iterable<Walk> {
    return this.#walks.values()
  }

  /** Up to `limit` posts of the authors `user` follows, newest first, older than `before`. */
  home(user: string, before: string | null, limit: number): Post[] {
    const followed = this.#follows.followedBy(user)
    const pulled =
      followed.size < this.#pulled.size
        ? [...followed.keys()].filter((author) => this.#pulled.has(author))
        : [...this.#pulled].filter((author) => followed.has(author))
    const lists = pulled.map((author) => this.#authors.get(author)?.pulled.posts ?? [])
    return newest([this.#timelines.posts(user), ...lists], before, limit)
  }

  /** An author's own posts, newest first. */
  byAuthor(author: string, before: string | null, limit: number): Post[] {
    return newest([this.#authors.get(author)?.posts.posts ?? []], before, limit)
  }

  /** The largest id of a post; empty when there is none. */
  get newestId(): string {
    let newestId = ''
    for (const id of this.#posts.keys()) if (id > newestId) newestId = id
    return newestId
  }

  /** Overwrites every text: the feed is not used any more. No record says so, since nothing was decided. */
  wipe(): void {
    for (const { text } of this.#posts.values()) text?.fill(0)
  }

  #follow(user: string, author: string, number: number): void {
    this.#budget.charge(followCharge(user, author))
    this.#follows.add(user, author, number)
    // A snapshot brings the follows author by author, so the last is not the one with the largest number.
    this.#nextFollow = Math.max(this.#nextFollow, number + 1)
    for (const post of this.#earlier(author)) this.#timelines.insert(user, post)
  }

  #unfollow(user: string, author: string): void {
    this.#follows.remove(user, author)
    this.#timelines.removeAuthor(user, author)
    this.#budget.give(followCharge(user, author))
  }

  /** Pushed posts of the author that a home keeps. */
  #earlier(author: string): readonly Post[] {
    const posts = this.#authors.get(author)?.posts.posts ?? []
    return posts.slice(-this.#timelineMax).filter((post) => post.pushed)
  }

  #store(content: PostContent, order: number): Post {
    const chargedBytes = chargeOf(content)
    this.#budget.charge(chargedBytes)
    this.#nextOrder = Math.max(this.#nextOrder, order + 1)
    this.#byOrder = null
    return { ...content, order, chargedBytes, gone: false }
  }

  /** From here on the post is seen. */
  #list(post: Post): void {
    const author = this.#authors.get(post.author) ?? { posts: new PostList(), pulled: new PostList() }
    this.#authors.set(post.author, author)
    this.#posts.set(post.id, post)
    author.posts.add(post)
    if (post.pushed) return
    author.pulled.add(post)
    this.#pulled.add(post.author)
  }

  /** Begins a walk to everybody who follows by now, if there is anybody. */
  #walk(post: Post): void {
    const last = this.#follows.followersOf(post.author).at(-1)
    if (last === undefined) this.#walks.delete(post.id)
    else this.#walks.set(post.id, { post, after: 0, upTo: last.number, delivered: 0 })
  }

  #step({ id, count }: SteppedRecord): void {
    const walk = this.#walks.get(id)
    assert(walk !== undefined, `a record goes on with the walk of post ${id}, which has ended`)
    const { post } = walk
    const step = this.#follows.step(post.author, walk.after, walk.upTo, count)
    for (const { user } of step) {
      if (post.gone) this.#timelines.remove(user, post)
      else if (this.#timelines.insert(user, post)) walk.delivered++
    }
    walk.after = step.at(-1)?.number ?? walk.upTo
    if (step.length === count && walk.after < walk.upTo) return
    this.#walks.delete(id)
    if (post.gone) this.#forget(post)
  }

  #remove(post: Post): void {
    post.gone = true
    post.text?.fill(0)
    this.#posts.delete(post.id)
    const author = this.#authors.get(post.author)
    author?.posts.remove(post)
    author?.pulled.remove(post)
    if (author?.pulled.size === 0) this.#pulled.delete(post.author)
    if (author?.posts.size === 0) this.#authors.delete(post.author)
    this.#leaving.set(post.id, post)
    this.#walks.delete(post.id)
    // What is pulled is in no timeline.
    if (post.pushed) this.#walk(post)
    if (!this.#walks.has(post.id)) this.#forget(post)
  }

  /** A deleted post is out of every timeline. */
  #forget(post: Post): void {
    this.#leaving.delete(post.id)
    this.#budget.give(post.chargedBytes)
  }

  #postOf(id: string): Post {
    const post = this.#posts.get(id) ?? this.#leaving.get(id)
    assert(post !== undefined, `a record names post ${id}, which is not there`)
    return post
  }

  #postAt(order: number): Post {
    this.#byOrder ??= new Map(
      [...this.#posts.values(), ...this.#leaving.values()].map((post) => [post.order, post]),
    )
    const post = this.#byOrder.get(order)
    assert(post !== undefined, `a timeline holds post number ${order}, which is not there`)
    return post
  }
}

function followCharge(user: string, author: string): number {
  return followBytes + 2 * (user.length + author.length)
}
