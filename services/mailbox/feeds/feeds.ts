/** The feeds of all tenants. What one tenant follows and posts does not exist for another. */

import assert from 'node:assert/strict'
import type { Budget } from '../bounds/budget.ts'
import type { FeedRecord } from './feed-records.ts'
import { Feed } from './feed.ts'

export class Feeds {
  readonly #timelineMax: number
  readonly #budget: Budget
  readonly #feeds = new Map<string, Feed>()

  /** A home keeps the newest `timelineMax` of the posts that were pushed to it. */
  constructor(timelineMax: number, budget: Budget) {
    this.#timelineMax = timelineMax
    this.#budget = budget
  }

  /** Undefined when the tenant never wrote. */
  get(tenant: string): Feed | undefined {
    return this.#feeds.get(tenant)
  }

  all(): Iterable<readonly [tenant: string, feed: Feed]> {
    return this.#feeds
  }

  /** Answers the feed that changed. */
  apply(record: FeedRecord): Feed {
    const { kind, tenant } = record
    if (kind === 'opened') this.#feeds.set(tenant, new Feed(tenant, this.#timelineMax, this.#budget))
    const feed = this.#feeds.get(tenant)
    assert(feed !== undefined, `a record names the feed of tenant ${tenant}, which was never opened`)
    feed.apply(record)
    return feed
  }

  /** The state as records. Applied in order to nothing they make an equal one. */
  *snapshot(): Generator<FeedRecord> {
    for (const feed of this.#feeds.values()) yield* feed.snapshot()
  }

  /** The largest id of a post; empty when there is none. */
  get newestId(): string {
    return [...this.#feeds.values()].reduce(
      (newest, { newestId }) => (newestId > newest ? newestId : newest),
      '',
    )
  }

  /** Overwrites every post, and holds nothing from then on. */
  wipe(): void {
    for (const feed of this.#feeds.values()) feed.wipe()
    this.#feeds.clear()
    this.#budget.give(this.#budget.used)
  }
}
