/**
 * The feeds of a real node, asked with the SDK: a post to so many followers, what somebody else waits meanwhile, and
 * homes made of authors who are pushed and authors who are pulled.
 */

import { SDK } from '@ron/app-sdk'
import { startNode, type Server } from '../child.ts'
import { inTurns } from '../in-turns.ts'
import { until } from '../until.ts'

export type Carrier = 'oap' | 'http'

const atOnce = 48
const posts = 9
/** Homes are read of so many users, each of whom follows all the authors. */
const readers = 200
const authors = { pushed: 20, pulled: 10, posts: 20 } as const

export interface NodeFanOut {
  readonly followsPerSecond: number
  /** From the request of a post until the last follower's home has shown it to somebody. */
  readonly readableMs: readonly number[]
  /** From the request to its answer: it is in every timeline then. */
  readonly answeredMs: readonly number[]
  /** What light calls took meanwhile, and what they take at rest. */
  readonly meanwhileMs: readonly number[]
  readonly restMs: readonly number[]
}

export interface NodeHomes {
  readonly perSecond: number
  readonly ms: readonly number[]
}

/** Its authors with more than `threshold` followers are pulled. */
export function startFeedNode(threshold: number): Promise<Server> {
  return startNode([
    'mailbox.feed_bytes_max=700MiB',
    'mailbox.journal_bytes_max=1GiB',
    `mailbox.pull_threshold=${threshold}`,
  ])
}

export async function nodeFanOut(server: Server, carrier: Carrier, followers: number): Promise<NodeFanOut> {
  const author = `${carrier} ${followers}`
  const sdk = sdkOf(server, carrier)
  const others = [sdkOf(server, carrier), sdkOf(server, carrier)] as const
  const from = performance.now()
  await inTurns(followers, atOnce, (nth) => sdk.feed.follow({ user: `u${nth}`, author }))
  const followsPerSecond = (followers * 1e3) / (performance.now() - from)

  const restMs = await probed(others[0], new Promise((resolve) => setTimeout(resolve, 300)))
  const [answeredMs, readableMs, meanwhileMs]: [number[], number[], number[]] = [[], [], []]
  for (let nth = 0; nth < posts; nth++) {
    const text = `post ${nth}`
    const begun = performance.now()
    const answered = sdk.feed.post({ author, text }).then(() => answeredMs.push(performance.now() - begun))
    const readable = shows(others[1], `u${followers - 1}`, text)
    meanwhileMs.push(...(await probed(others[0], answered)))
    await readable
    readableMs.push(performance.now() - begun)
  }
  for (const each of [sdk, ...others]) each.close()
  return { followsPerSecond, answeredMs, readableMs, meanwhileMs, restMs }
}

/** A node whose authors are pushed to up to half of the readers, and of all of them pulled. */
export async function nodeHomes(
  server: Server,
  carrier: Carrier,
  reads: number,
  below: (max: number) => number,
): Promise<NodeHomes> {
  const sdk = sdkOf(server, carrier)
  const names = Array.from({ length: authors.pushed + authors.pulled }, (_, nth) => `author ${nth}`)
  // Who has few followers when they post is pushed; the readers beyond them follow later.
  const few = Math.floor(readers / 2)
  const follow = (author: string, from: number, to: number) =>
    inTurns(to - from, atOnce, (nth) => sdk.feed.follow({ user: `reader ${from + nth}`, author }))
  for (const [nth, author] of names.entries()) {
    const isPulled = nth >= authors.pushed
    await follow(author, 0, isPulled ? readers : few)
    await inTurns(authors.posts, atOnce, (post) =>
      sdk.feed.post({ author, text: `post ${post} of ${author}` }),
    )
    if (!isPulled) await follow(author, few, readers)
  }
  const ms: number[] = []
  const from = performance.now()
  await inTurns(reads, atOnce, async () => {
    const asked = performance.now()
    const { items } = await sdk.feed.home({ user: `reader ${below(readers)}` })
    if (items.length !== 20) throw new Error(`a home has ${items.length} posts`)
    ms.push(performance.now() - asked)
  })
  const perSecond = (reads * 1e3) / (performance.now() - from)
  sdk.close()
  return { perSecond, ms }
}

/** How long light calls take, one after the other, until `end`. */
async function probed(sdk: SDK, end: Promise<unknown>): Promise<number[]> {
  const ms: number[] = []
  const over = new AbortController()
  void end.finally(() => over.abort())
  while (!over.signal.aborted) {
    const asked = performance.now()
    await sdk.feed.home({ user: 'nobody' })
    ms.push(performance.now() - asked)
  }
  await end
  return ms
}

function shows(sdk: SDK, user: string, text: string): Promise<true> {
  return until(`the home of ${user} shows ${text}`, async () => {
    const { items } = await sdk.feed.home({ user, limit: 1 })
    return items[0]?.text === text || undefined
  })
}

function sdkOf({ url, token }: Server, carrier: Carrier): SDK {
  return new SDK({ baseUrl: url, cap: token, carrier })
}
