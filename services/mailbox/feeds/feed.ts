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
import { newest } from './merge.ts'
import { People } from './people.ts'
import type { Person } from './person.ts'
import type { OldestFirst } from './post-list.ts'
import { chargeOf, type Draft, type Post } from './post.ts'
import { Posts } from './posts.ts'
import { best, type Place, type Ranking } from './ranking.ts'
import { entryBytes, Timelines } from './timelines.ts'

/** A post on its way to the timelines of its followers or, once it is gone, out of them. */
export interface Walk extends Steps {
  readonly post: Post
  after: number
  delivered: number
}

/** A handful of empty maps. */
export const feedBytes = 2048
/** Entries of a timeline that one record of a snapshot holds. */
const chunk = 1024

export class Feed {
  readonly #tenant: string
  readonly #budget: Budget
  readonly #people: People
  readonly #posts = new Posts()
  readonly #timelines: Timelines
  /** Authors with pulled posts, by their number: few, so a home looks here first. */
  readonly #pulled = new Map<number, OldestFirst>()
  readonly #walks = new Map<string, Walk>()

  constructor(tenant: string, timelineMax: number, budget: Budget) {
    this.#tenant = tenant
    this.#budget = budget
    this.#people = new People(budget)
    this.#timelines = new Timelines(timelineMax, budget)
  }

  apply(record: FeedRecord): void {
    switch (record.kind) {
      case 'opened':
        return this.#budget.charge(feedBytes)
      case 'followed':
        return this.#follow(this.#people.make(record.user), this.#people.make(record.author), record.number)
      case 'unfollowed':
        return this.#unfollow(this.#people.make(record.user), this.#people.make(record.author))
      case 'posted': {
        const post = this.#store(record.content, record.order, false)
        this.#list(post)
        if (post.pushed) this.#walk(post)
        return
      }
      case 'sentAgain':
        return this.#walk(this.#posts.must(record.id))
      case 'stepped':
        return this.#step(record)
      case 'removed':
        return this.#remove(this.#posts.must(record.id))
      case 'post': {
        const post = this.#store(record.content, record.order, record.gone)
        if (!post.gone) this.#list(post)
        return
      }
      case 'timeline': {
        const user = this.#people.make(record.user)
        for (const order of record.orders) this.#timelines.insert(user, this.#posts.at(order))
        return
      }
      case 'walk': {
        const { id, after, upTo, delivered } = record
        this.#walks.set(id, { post: this.#posts.must(id), after, upTo, delivered })
      }
    }
  }

  /** The state as records. Applied in order to nothing they make an equal one. */
  *snapshot(): Generator<FeedRecord> {
    const tenant = this.#tenant
    yield { kind: 'opened', tenant }
    // Before the posts: to follow brings what was posted already into the timeline.
    for (const author of this.#people.all()) {
      for (const { name, followed } of author.author?.followers ?? []) {
        const number = followed.numberOf(author.number) ?? 0
        yield { kind: 'followed', tenant, user: name, author: author.name, number }
      }
    }
    // In order, so that each goes to the end of its author's list.
    for (const post of this.#posts.oldestFirst()) {
      yield { kind: 'post', tenant, content: post, order: post.order, gone: post.gone }
    }
    for (const { name, timeline } of this.#people.all()) {
      for (let from = 0; from < timeline.size; from += chunk) {
        const length = Math.min(chunk, timeline.size - from)
        const orders = Array.from({ length }, (_, nth) => timeline.at(from + nth))
        yield { kind: 'timeline', tenant, user: name, orders }
      }
    }
    for (const { post, after, upTo, delivered } of this.#walks.values()) {
      yield { kind: 'walk', tenant, id: post.id, after, upTo, delivered }
    }
  }

  follows(user: string, author: string): boolean {
    return this.#people.follows(user, author)
  }

  /** How many authors the user follows. */
  followed(user: string): number {
    return this.#people.get(user)?.followed.size ?? 0
  }

  followers(author: string): number {
    return this.#people.get(author)?.author?.followers.size ?? 0
  }

  /** The `number` of the next follow. */
  get nextFollow(): number {
    return this.#people.nextFollow
  }

  /** The `order` of the next post. */
  get nextOrder(): number {
    return this.#posts.nextOrder
  }

  /** What a user's follow of this author would take of the budget. */
  chargeOfFollow(user: string, author: string): number {
    const earlier = this.#earlier(this.#people.get(author))
    return this.#people.chargeOfFollow(user, author) + earlier.length * entryBytes
  }

  /** What a post would take of it, before it comes to any timeline. */
  chargeOfPost(draft: Draft): number {
    return chargeOf(draft) + this.#people.chargeOfAuthor(draft.author)
  }

  get(id: string): Post | undefined {
    const post = this.#posts.get(id)
    return post?.gone === true ? undefined : post
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
    const person = this.#people.get(user)
    if (person === undefined) return []
    return newest([this.#pushedTo(person), ...this.#pulledBy(person)], before, limit)
  }

  /** The same in the order of a ranking, of the newest posts: as many as a timeline keeps. */
  ranked(user: string, ranking: Ranking, behind: Place | null, limit: number): readonly Post[] {
    return best(this.home(user, null, this.#timelines.max), ranking, behind, limit)
  }

  /** An author's own posts, newest first. */
  byAuthor(author: string, before: string | null, limit: number): Post[] {
    const posts = this.#people.get(author)?.author?.posts
    return posts === undefined ? [] : newest([posts], before, limit)
  }

  /** No post has a larger id; empty when there was none. */
  get newestId(): string {
    return this.#posts.newestId
  }

  /** Overwrites every text: the feed is not used any more. No record says so, since nothing was decided. */
  wipe(): void {
    for (const { text } of this.#posts.all()) text?.fill(0)
  }

  #follow(user: Person, author: Person, number: number): void {
    this.#people.follow(user, author, number)
    for (const post of this.#earlier(author)) this.#timelines.insert(user, post)
  }

  #unfollow(user: Person, author: Person): void {
    this.#timelines.keep(user, (order) => this.#posts.at(order).author !== author.name)
    this.#people.unfollow(user, author)
  }

  /** Pushed posts of the author that a home keeps. */
  #earlier(author: Person | undefined): readonly Post[] {
    return author?.author?.posts.latest(this.#timelines.max).filter((post) => post.pushed) ?? []
  }

  #pushedTo({ timeline }: Person): OldestFirst {
    const { size } = timeline
    return { size, at: (nth) => (nth < 0 ? undefined : this.#posts.at(timeline.at(nth))) }
  }

  #pulledBy({ followed }: Person): OldestFirst[] {
    const lists: OldestFirst[] = []
    if (followed.size < this.#pulled.size) {
      for (const author of followed.authors()) {
        const posts = this.#pulled.get(author)
        if (posts !== undefined) lists.push(posts)
      }
    } else for (const [author, posts] of this.#pulled) if (followed.has(author)) lists.push(posts)
    return lists
  }

  #store(content: PostContent, order: number, gone: boolean): Post {
    const chargedBytes = chargeOf(content)
    this.#budget.charge(chargedBytes)
    const post = { ...content, order, chargedBytes, gone }
    this.#posts.add(post)
    return post
  }

  /** From here on the post is seen. */
  #list(post: Post): void {
    const person = this.#people.make(post.author)
    const author = this.#people.authorOf(person)
    author.posts.add(post)
    if (post.pushed) return
    author.pulled.add(post)
    this.#pulled.set(person.number, author.pulled)
  }

  /** Begins a walk to everybody who follows by now, if there is anybody. */
  #walk(post: Post): void {
    const upTo = this.#people.get(post.author)?.author?.followers.last ?? 0
    if (upTo === 0) this.#walks.delete(post.id)
    else this.#walks.set(post.id, { post, after: 0, upTo, delivered: 0 })
  }

  #step({ id, count }: SteppedRecord): void {
    const walk = this.#walks.get(id)
    assert(walk !== undefined, `a record goes on with the walk of post ${id}, which has ended`)
    const { post, after, upTo } = walk
    const followers = this.#people.get(post.author)?.author?.followers
    const visit = (user: Person) => {
      if (post.gone) this.#timelines.remove(user, post)
      else if (this.#timelines.insert(user, post)) walk.delivered++
    }
    walk.after = followers?.step(after, upTo, count, visit) ?? upTo
    if (walk.after < upTo) return
    this.#walks.delete(id)
    if (post.gone) this.#forget(post)
  }

  #remove(post: Post): void {
    post.gone = true
    post.text?.fill(0)
    const person = this.#people.make(post.author)
    const { posts, pulled } = this.#people.authorOf(person)
    posts.remove(post)
    pulled.remove(post)
    if (pulled.size === 0) this.#pulled.delete(person.number)
    this.#people.tidy(person)
    this.#walks.delete(post.id)
    // What is pulled is in no timeline.
    if (post.pushed) this.#walk(post)
    if (!this.#walks.has(post.id)) this.#forget(post)
  }

  /** A deleted post is out of every timeline. */
  #forget(post: Post): void {
    this.#posts.remove(post)
    this.#budget.give(post.chargedBytes)
  }
}
