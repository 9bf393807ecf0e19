/**
 * The feeds alone, in this thread, over the journal a service keeps: what a follow and an entry of a timeline take
 * in time and memory, how long a post is on its way, and how long the thread is held meanwhile. Asked for ten and
 * a hundred times as many, it tells how the cost grows.
 */

import { newJournalMemory } from '@ron/kernel/arena/journal-segment'
import { Refusal } from '@ron/kernel/contract/refusals'
import type { Log } from '@ron/kernel/ports/log'
import { systemClock } from '@ron/kernel/system/clock'
import type { Feed } from '@ron/services/mailbox/feeds/feed'
import { fanOutStep, Publisher } from '@ron/services/mailbox/feeds/publisher'
import { openState } from '@ron/services/mailbox/journal/state'
import { ownedJournal } from '../messages.ts'
import { bytesHeld } from '../rig/apart.ts'

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }
const tenant = '0'.repeat(32)
const author = 'star'
const call = {
  refuse(code: 'Full', message: string): never {
    throw new Refusal(code, message)
  },
}
/** More than the room a timeline begins with, so that its growth is paid for too. */
const postsPushed = 12

export interface Growth {
  readonly follows: number
  /** Of processor time, and so are the others: of all threads, so the collector's too. */
  readonly followMicros: number
  /** The longest that one follow held the thread. */
  readonly followMaxMs: number
  readonly followBytes: number
  /** What the budget is charged for it. */
  readonly followCharged: number
  /** From the request to the last timeline readable, of each post. */
  readonly fanOutMs: readonly number[]
  /** The longest that the thread was held at one time, of each post. */
  readonly heldMs: readonly number[]
  readonly entryMicros: number
  readonly entryBytes: number
  readonly unfollowMicros: number
}

/** One author with so many followers, who follow nobody else: the most that a follow can take. */
export async function growth(follows: number): Promise<Growth> {
  const { publisher, feed, used } = await openEngine(follows)
  const users = Array.from({ length: follows }, (_, nth) => `user${nth}`)
  const empty = bytesHeld()
  const followed = timed(users, (user) => publisher.follow(tenant, user, author, call))
  const followCharged = used() / follows
  const withFollows = bytesHeld()

  const fanOutMs: number[] = []
  const heldMs: number[] = []
  const last = users.at(-1) ?? ''
  const cpuFrom = cpuMicros()
  for (let nth = 0; nth < postsPushed; nth++) {
    const watch = watchHolds()
    const from = performance.now()
    const { id } = await pushed(publisher, nth)
    if (feed().home(last, null, 1)[0]?.id !== id) throw new Error('a post did not arrive')
    fanOutMs.push(performance.now() - from)
    heldMs.push(watch.end())
  }
  const fanOutMicros = cpuMicros() - cpuFrom
  const entries = follows * postsPushed
  const withEntries = bytesHeld()
  const unfollowed = timed(users, (user) => publisher.unfollow(tenant, user, author))
  return {
    follows,
    followMicros: followed.cpuMicros / follows,
    followMaxMs: followed.maxMs,
    followBytes: (withFollows - empty) / follows,
    followCharged,
    fanOutMs,
    heldMs,
    entryMicros: fanOutMicros / entries,
    entryBytes: (withEntries - withFollows) / entries,
    unfollowMicros: unfollowed.cpuMicros / follows,
  }
}

/** Feeds with nothing in them, whose every author is pushed. */
async function openEngine(pullThreshold: number) {
  const limits = { bytesMax: 0, topicsMax: 0, inflightMax: 0, dedupeMax: 0, ackedMax: 0 }
  const journal = ownedJournal(newJournalMemory(2 ** 30))
  const state = await openState({ ...limits, timelineMax: 1000, feedBytesMax: 2 ** 40 }, journal, silent)
  const { feedBytes } = state.budgets
  const publisher = new Publisher({
    feeds: state.feeds,
    commit: state.commitFeed,
    budget: feedBytes,
    room: state.room,
    limits: { followsMax: 5000, pullThreshold },
    stepMax: fanOutStep,
    pause: () => new Promise((resolve) => void systemClock.after(0, resolve)),
  })
  const feed = (): Feed => {
    const open = state.feeds.get(tenant)
    if (open === undefined) throw new Error('nobody has written to the feed yet')
    return open
  }
  return { publisher, feed, used: () => feedBytes.used }
}

async function pushed(publisher: Publisher, nth: number) {
  const draft = { author, text: new TextEncoder().encode('hello'), attrs: {}, attachments: [] }
  const post = publisher.post(tenant, draft, String(nth).padStart(26, '0'), nth, call)
  await publisher.fanOut(tenant, post, call)
  return post
}

interface Timed {
  readonly cpuMicros: number
  readonly maxMs: number
}

function timed(users: readonly string[], task: (user: string) => void): Timed {
  const cpuFrom = cpuMicros()
  let [before, maxMs] = [performance.now(), 0]
  for (const user of users) {
    task(user)
    const now = performance.now()
    maxMs = Math.max(maxMs, now - before)
    before = now
  }
  return { cpuMicros: cpuMicros() - cpuFrom, maxMs }
}

function cpuMicros(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Looks at every turn of the event loop how long the last one took. */
function watchHolds(): { end(): number } {
  let [before, maxMs, watching] = [performance.now(), 0, true]
  const turn = () => {
    const now = performance.now()
    maxMs = Math.max(maxMs, now - before)
    before = now
    if (watching) setImmediate(turn)
  }
  setImmediate(turn)
  return {
    end() {
      watching = false
      return maxMs
    },
  }
}
