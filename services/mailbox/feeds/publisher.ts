/**
 * Who may follow and post, and the walks that bring a post to its followers. It decides, writes the decision
 * down and applies it; what there is then is the feeds' part.
 *
 * A walk goes in steps with pauses between them, so other calls are answered meanwhile; walks take turns, so
 * however many there are, a pause is never more than a step away. Room for one is reserved before it begins, so a
 * post that was accepted reaches everybody it should.
 */

import assert from 'node:assert/strict'
import type { Budget } from '../bounds/budget.ts'
import type { Refuses } from '../bounds/refuses.ts'
import type { Room } from '../journal/room.ts'
import type { FeedRecord } from './feed-records.ts'
import { feedBytes, type Feed } from './feed.ts'
import type { Feeds } from './feeds.ts'
import type { Draft, Post } from './post.ts'
import { entryBytes } from './timelines.ts'

/** Timelines that a walk visits before it lets others run: about a millisecond. */
export const fanOutStep = 4096

export interface FeedLimits {
  /** Authors a user may follow. */
  readonly followsMax: number
  /** An author with more followers than this is pulled. */
  readonly pullThreshold: number
}

interface PublisherParts {
  readonly feeds: Feeds
  /** Writes a record down, applies it, and answers the feed that changed. */
  readonly commit: (record: FeedRecord) => Feed
  readonly budget: Budget
  readonly room: Room
  readonly limits: FeedLimits
  /** Timelines visited between two pauses. */
  readonly stepMax: number
  /** Lets others run. */
  readonly pause: () => Promise<void>
}

interface Delivery {
  /** Timelines that hold the post now. */
  readonly delivered: number
  readonly pulled: boolean
}

export class Publisher {
  readonly #parts: PublisherParts
  /** The end of the last pause that somebody asked for. */
  #pauses = Promise.resolve()
  #stopped = false

  constructor(parts: PublisherParts) {
    this.#parts = parts
  }

  /** False when the user followed already. What the author wrote before shows in the home too. */
  follow(tenant: string, user: string, author: string, call: Refuses<'Full'>): boolean {
    const { followsMax } = this.#parts.limits
    const feed = this.#open(tenant, call)
    if (feed.follows(user, author)) return false
    if (feed.followed(user) >= followsMax) {
      call.refuse('Full', `${user} follows ${followsMax} authors, the limit (followsMax); unfollow one first`)
    }
    this.#mustFit(feed.chargeOfFollow(user, author), call)
    this.#parts.commit({ kind: 'followed', tenant, user, author, number: feed.nextFollow })
    return true
  }

  /** False when the user did not follow. The author's posts leave the home at once. */
  unfollow(tenant: string, user: string, author: string): boolean {
    if (this.#parts.feeds.get(tenant)?.follows(user, author) !== true) return false
    this.#parts.commit({ kind: 'unfollowed', tenant, user, author })
    return true
  }

  /** Stores a post. It is in the author's own list at once; `fanOut` brings it to the followers. */
  post(tenant: string, draft: Draft, id: string, sentAtMs: number, call: Refuses<'Full'>): Post {
    const feed = this.#open(tenant, call)
    const followers = feed.followers(draft.author)
    const pushed = followers <= this.#parts.limits.pullThreshold
    this.#mustFit(feed.chargeOfPost(draft) + (pushed ? followers * entryBytes : 0), call)
    this.#parts.commit({
      kind: 'posted',
      tenant,
      content: { ...draft, id, sentAtMs, pushed },
      order: feed.nextOrder,
    })
    const post = feed.get(id)
    assert(post !== undefined, `post ${id} is not there after it was stored`)
    return post
  }

  /** Brings a post to the timelines of its followers. Doing it again changes nothing. */
  async fanOut(tenant: string, post: Post, call: Refuses<'Full'>): Promise<Delivery> {
    const { budget, commit, feeds } = this.#parts
    const feed = feeds.get(tenant)
    if (feed === undefined || !post.pushed) return { delivered: 0, pulled: !post.pushed }
    const reserved = feed.followers(post.author) * entryBytes
    if (reserved === 0) return { delivered: 0, pulled: false }
    this.#mustFit(reserved, call)
    budget.charge(reserved)
    if (feed.walkOf(post.id) === undefined) commit({ kind: 'sentAgain', tenant, id: post.id })
    return { delivered: await this.#walk(tenant, feed, post.id, reserved), pulled: false }
  }

  /** Nobody sees the post from here on; the timelines are cleared of it by the time this resolves. */
  async remove(tenant: string, post: Post): Promise<void> {
    const feed = this.#parts.feeds.get(tenant)
    if (feed === undefined || post.gone) return
    this.#parts.commit({ kind: 'removed', tenant, id: post.id })
    await this.#walk(tenant, feed, post.id, 0)
  }

  /** Goes on with the walks that a crash cut short. */
  async resume(): Promise<void> {
    for (const [tenant, feed] of this.#parts.feeds.all()) {
      for (const { post } of [...feed.walks()]) await this.#walk(tenant, feed, post.id, 0)
    }
  }

  /** Ends every walk where it is. */
  stop(): void {
    this.#stopped = true
  }

  /** Says how many timelines the post was brought to. What is left of the reservation is given back. */
  async #walk(tenant: string, feed: Feed, id: string, reserved: number): Promise<number> {
    const { budget, commit, stepMax } = this.#parts
    const walk = feed.walkOf(id)
    let left = reserved
    // Another may begin in its place: the post is deleted then, and that walk is the deletion's.
    const goesOn = () => walk !== undefined && feed.walkOf(id) === walk && !this.#stopped
    while (goesOn()) {
      const before = budget.used
      commit({ kind: 'stepped', tenant, id, count: stepMax })
      const spent = Math.min(left, Math.max(0, budget.used - before))
      budget.give(spent)
      left -= spent
      if (goesOn()) await this.#pause()
    }
    budget.give(left)
    return walk?.delivered ?? 0
  }

  /** A pause of its own for every step, one after the other. */
  #pause(): Promise<void> {
    this.#pauses = this.#pauses.then(this.#parts.pause)
    return this.#pauses
  }

  #open(tenant: string, call: Refuses<'Full'>): Feed {
    const { commit, feeds } = this.#parts
    const known = feeds.get(tenant)
    if (known !== undefined) return known
    this.#mustFit(feedBytes, call)
    return commit({ kind: 'opened', tenant })
  }

  #mustFit(bytes: number, call: Refuses<'Full'>): void {
    const { budget, room } = this.#parts
    if (bytes > budget.free) {
      call.refuse('Full', `${budget.name} is at its limit of ${budget.max}; delete posts, or raise it`)
    }
    room.mustHold(bytes, 'delete posts', call)
  }
}
