/**
 * Everything the mailbox keeps, as its journal left it: the state is rebuilt by replay, and from there on it
 * changes by what is committed. Who waits and who watches is not kept; a crash forgets them, and they ask again.
 */

import type { Journal } from '@ron/kernel/ports/journal'
import type { Log } from '@ron/kernel/ports/log'
import { journaled, rebuild, type Journaled } from '../../journaled.ts'
import { RecordReader } from '../../record-reader.ts'
import { Budget } from '../bounds/budget.ts'
import type { FeedRecord } from '../feeds/feed-records.ts'
import type { Feed } from '../feeds/feed.ts'
import { Feeds } from '../feeds/feeds.ts'
import { ackedBytes } from '../queues/acked.ts'
import { Depot, type Budgets, type Effects } from '../queues/depot.ts'
import type { QueueRecord } from '../queues/queue-records.ts'
import { recentBytes } from '../queues/recent-sends.ts'
import { Book } from './book.ts'
import { Room } from './room.ts'

/** The settings that bound what is kept. */
export interface StateLimits {
  readonly bytesMax: number
  readonly topicsMax: number
  readonly inflightMax: number
  readonly dedupeMax: number
  readonly ackedMax: number
  readonly feedBytesMax: number
  readonly timelineMax: number
}

export interface State {
  readonly depot: Depot
  readonly feeds: Feeds
  readonly budgets: Budgets & { readonly feedBytes: Budget }
  readonly room: Room
  /** Writes a decision about the queues down, and applies it. */
  readonly commitQueue: (record: QueueRecord) => Effects
  /** The same for the feeds. */
  readonly commitFeed: (record: FeedRecord) => Feed
  readonly acknowledge: Journaled['acknowledge']
  /** Records that would rebuild all of this. Each is valid until the next is asked for. */
  readonly snapshot: () => Iterable<Uint8Array>
}

export async function openState(limits: StateLimits, journal: Journal, log: Log): Promise<State> {
  const { depot, feeds, budgets, book } = await rebuild(journal, log, beginnings(limits))
  const snapshot = () => book.snapshot()
  const { record, release, acknowledge } = journaled(
    journal,
    snapshot,
    () => depot.snapshotBytes + budgets.feedBytes.used,
  )

  return {
    depot,
    feeds,
    budgets,
    room: new Room(journal.bytesMax, () => {
      const { bytes, feedBytes, recent } = budgets
      return bytes.used + feedBytes.used + recent.used * recentBytes + depot.acked.size * ackedBytes
    }),
    commitQueue(decided) {
      const bytes = book.queueBytes(decided)
      if (decided.kind === 'sent') record(bytes)
      else release(bytes, uncounted)
      return depot.apply(decided)
    },
    commitFeed(decided) {
      const bytes = book.feedBytes(decided)
      if (growing.has(decided.kind)) record(bytes)
      else release(bytes, uncounted)
      return feeds.apply(decided)
    },
    acknowledge,
    snapshot,
  }
}

/** Begins an empty state at every call, in the memory of the one before, which is void then and overwritten. */
export function beginnings(limits: StateLimits) {
  const state = emptyState(limits)
  return () => {
    state.depot.wipe()
    state.feeds.wipe()
    const reader = new RecordReader()
    return {
      projection: state,
      apply: (record: Uint8Array) => state.book.replay(record, reader),
      snapshot: () => state.book.snapshot(),
    }
  }
}

function emptyState(limits: StateLimits) {
  const budgets = {
    bytes: new Budget('bytesMax', limits.bytesMax),
    topics: new Budget('topicsMax', limits.topicsMax),
    leases: new Budget('inflightMax', limits.inflightMax),
    recent: new Budget('dedupeMax', limits.dedupeMax),
    feedBytes: new Budget('feedBytesMax', limits.feedBytesMax),
  }
  const depot = new Depot(budgets, limits.ackedMax)
  const feeds = new Feeds(limits.timelineMax, budgets.feedBytes)
  return { depot, feeds, budgets, book: new Book(depot, feeds) }
}

/** `Room` leaves a quarter of the journal, so a full one always has enough to clear away. */
const uncounted = 0

/** What keeps more than was kept before. The rest needs no room that was not made sure of with these. */
const growing: ReadonlySet<FeedRecord['kind']> = new Set(['opened', 'followed', 'posted'] as const)
