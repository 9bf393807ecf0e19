/** The feeds of all tenants. What one tenant follows and posts does not exist for another. */

import type { Budget } from '../bounds/budget.ts'
import type { Refuses } from '../bounds/refuses.ts'
import { Feed, type FeedLimits } from './feed.ts'

/** An empty feed: a handful of empty maps. */
const feedBytes = 2048

export class Feeds {
  readonly #limits: FeedLimits
  readonly #budget: Budget
  readonly #feeds = new Map<string, Feed>()

  constructor(limits: FeedLimits, budget: Budget) {
    this.#limits = limits
    this.#budget = budget
  }

  /** For reading: undefined when the tenant never wrote. */
  get(tenant: string): Feed | undefined {
    return this.#feeds.get(tenant)
  }

  /** For writing. */
  open(tenant: string, call: Refuses<'Full'>): Feed {
    const known = this.#feeds.get(tenant)
    if (known !== undefined) return known
    if (!this.#budget.take(feedBytes)) {
      call.refuse(
        'Full',
        `${this.#budget.name} is at its limit of ${this.#budget.max}; delete posts, or raise it`,
      )
    }
    const feed = new Feed(this.#limits, this.#budget)
    this.#feeds.set(tenant, feed)
    return feed
  }

  stop(): void {
    for (const feed of this.#feeds.values()) feed.stop()
  }
}
