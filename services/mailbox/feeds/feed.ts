/**
 * The feed of one tenant. A home shows the posts of the authors a user follows, newest first, whether they
 * were pushed into the user's timeline when they were written or, for an author with very many followers,
 * are pulled when the home is read. The reader cannot tell which.
 *
 * Work on many timelines goes in steps with pauses between them, so other calls are answered meanwhile.
 */

import type { Budget } from '../bounds/budget.ts'
import type { Refuses } from '../bounds/refuses.ts'
import { Follows } from './follows.ts'
import { newest } from './merge.ts'
import { PostList } from './post-list.ts'
import { chargeOf, type Draft, type Post } from './post.ts'
import { entryBytes, Timelines } from './timelines.ts'

export interface FeedLimits {
  /** Pushed posts a home keeps. */
  readonly timelineMax: number
  /** Authors a user may follow. */
  readonly followsMax: number
  /** An author with more followers than this is pulled. */
  readonly pullThreshold: number
}

interface Delivery {
  /** Timelines that hold the post now. */
  readonly delivered: number
  readonly pulled: boolean
}

/** Lets others run. */
export type Pause = () => Promise<void>

interface Author {
  readonly posts: PostList
  readonly pulled: PostList
}

/** Timelines visited between two pauses. */
const stepMax = 512
/** Entries in two sets, and at most a set and a timeline for each side. */
const followBytes = 512

export class Feed {
  readonly #limits: FeedLimits
  readonly #budget: Budget
  readonly #follows = new Follows()
  readonly #timelines: Timelines
  readonly #posts = new Map<string, Post>()
  readonly #authors = new Map<string, Author>()
  /** Authors with pulled posts: few, so a home looks here first. */
  readonly #pulled = new Set<string>()
  #nextOrder = 0

  constructor(limits: FeedLimits, budget: Budget) {
    this.#limits = limits
    this.#budget = budget
    this.#timelines = new Timelines(limits.timelineMax, budget)
  }

  follows(user: string, author: string): boolean {
    return this.#follows.has(user, author)
  }

  /** False when the user followed already. What the author wrote before shows in the home too. */
  follow(user: string, author: string, call: Refuses<'Full'>): boolean {
    if (this.#follows.has(user, author)) return false
    const { followsMax, timelineMax } = this.#limits
    if (this.#follows.followedBy(user).size >= followsMax) {
      call.refuse('Full', `${user} follows ${followsMax} authors, the limit (followsMax); unfollow one first`)
    }
    const earlier = (this.#authors.get(author)?.posts.posts ?? [])
      .slice(-timelineMax)
      .filter((post) => post.pushed)
    const charged = followCharge(user, author)
    if (charged + earlier.length * entryBytes > this.#budget.free) call.refuse('Full', this.#spent())
    this.#budget.take(charged)
    const reservation = this.#timelines.reserve(earlier.length) ?? call.refuse('Full', this.#spent())
    this.#follows.add(user, author)
    for (const post of earlier) this.#timelines.insert(user, post, reservation)
    this.#timelines.release(reservation)
    return true
  }

  /** False when the user did not follow. The author's posts leave the home at once. */
  unfollow(user: string, author: string): boolean {
    if (!this.#follows.has(user, author)) return false
    this.#follows.remove(user, author)
    this.#timelines.removeAuthor(user, author)
    this.#budget.give(followCharge(user, author))
    return true
  }

  /** Stores a post. It is in the author's own list at once; `fanOut` brings it to the followers. */
  post(draft: Draft, id: string, sentAtMs: number, call: Refuses<'Full'>): Post {
    const followers = this.#follows.followersOf(draft.author).size
    const pushed = followers <= this.#limits.pullThreshold
    const chargedBytes = chargeOf(draft)
    if (chargedBytes + (pushed ? followers * entryBytes : 0) > this.#budget.free)
      call.refuse('Full', this.#spent())
    this.#budget.take(chargedBytes)
    const post: Post = { ...draft, id, sentAtMs, order: this.#nextOrder++, chargedBytes, pushed, gone: false }
    const author = this.#authors.get(post.author) ?? { posts: new PostList(), pulled: new PostList() }
    this.#authors.set(post.author, author)
    this.#posts.set(id, post)
    author.posts.add(post)
    if (!pushed) {
      author.pulled.add(post)
      this.#pulled.add(post.author)
    }
    return post
  }

  get(id: string): Post | undefined {
    return this.#posts.get(id)
  }

  /** Brings a post to the timelines of its followers. Doing it again changes nothing. */
  async fanOut(post: Post, pause: Pause, call: Refuses<'Full'>): Promise<Delivery> {
    if (!post.pushed) return { delivered: 0, pulled: true }
    // The set is live. Who follows from now on gets the post with the follow, and stands behind the others.
    const followers = this.#follows.followersOf(post.author)
    const count = followers.size
    const reservation = this.#timelines.reserve(count) ?? call.refuse('Full', this.#spent())
    let delivered = 0
    let visited = 0
    for (const user of followers) {
      if (visited === count || post.gone) break
      visited++
      if (this.#timelines.insert(user, post, reservation)) delivered++
      if (visited % stepMax === 0) await pause()
    }
    this.#timelines.release(reservation)
    return { delivered, pulled: false }
  }

  /** Nobody sees the post from here on; the timelines are cleared of it by the time this resolves. */
  async remove(post: Post, pause: Pause): Promise<void> {
    if (post.gone) return
    this.#forget(post)
    let visited = 0
    for (const user of this.#follows.followersOf(post.author)) {
      visited++
      this.#timelines.remove(user, post)
      if (visited % stepMax === 0) await pause()
    }
  }

  /** Up to `limit` posts of the authors `user` follows, newest first, older than `before`. */
  home(user: string, before: string | null, limit: number): Post[] {
    const followed = this.#follows.followedBy(user)
    const [fewer, more] =
      followed.size < this.#pulled.size ? [followed, this.#pulled] : [this.#pulled, followed]
    const pulled = [...fewer].filter((author) => more.has(author))
    const lists = pulled.map((author) => this.#authors.get(author)?.pulled.posts ?? [])
    return newest([this.#timelines.posts(user), ...lists], before, limit)
  }

  /** An author's own posts, newest first. */
  byAuthor(author: string, before: string | null, limit: number): Post[] {
    return newest([this.#authors.get(author)?.posts.posts ?? []], before, limit)
  }

  /** Overwrites every text. */
  stop(): void {
    for (const post of [...this.#posts.values()]) this.#forget(post)
    this.#timelines.clear()
  }

  #forget(post: Post): void {
    post.gone = true
    post.text?.fill(0)
    this.#posts.delete(post.id)
    this.#budget.give(post.chargedBytes)
    const author = this.#authors.get(post.author)
    author?.posts.remove(post)
    author?.pulled.remove(post)
    if (author?.pulled.size === 0) this.#pulled.delete(post.author)
    if (author?.posts.size === 0) this.#authors.delete(post.author)
  }

  #spent(): string {
    return `${this.#budget.name} is at its limit of ${this.#budget.max}; delete posts, or raise it`
  }
}

function followCharge(user: string, author: string): number {
  return followBytes + 2 * (user.length + author.length)
}
