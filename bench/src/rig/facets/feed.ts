/**
 * Feeds: the engine alone at three sizes, posts to the followers of a real node beside Redis, homes, and live pushes
 * beside a bare server.
 */

import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'
import type { Growth } from '../../feed/engine.ts'
import {
  nodeFanOut,
  nodeHomes,
  startFeedNode,
  type Carrier,
  type NodeFanOut,
  type NodeHomes,
} from '../../feed/node.ts'
import { clientsAllowed, push, type Push } from '../../feed/push.ts'
import { redisFanOut } from '../../feed/redis.ts'
import { median, percentile } from '../../spread.ts'
import { apart } from '../apart.ts'
import { figure } from '../figures.ts'
import type { Facet, Measured } from '../rows.ts'
import { scaled } from '../scale.ts'

const engineProgram = new URL('../../feed/process.js', import.meta.url)
const carriers: readonly Carrier[] = ['oap', 'http']
/** From a post to the last timeline readable, in milliseconds, for the middle and the largest audience. */
const fanOutMsMax = { middle: 15, most: 150 }
/** How much longer than the bare server a live push may take. */
const pushRatioMax = 1.2
const pushRounds = 3
const pushedPosts = 11
/** Authors with more followers are pulled; homes are read of 200 readers. */
const homesThreshold = 150

export const feed: Facet = {
  name: 'feed',
  title: 'Feeds',
  sizes,
  async measure({ seed, scale }) {
    const { follows, followers, reads, clients } = sizes(scale)
    return [
      ...(await engines([follows / 100, follows / 10, follows].map(Math.ceil))),
      ...(await fanOuts([followers / 100, followers / 10, followers].map(Math.ceil))),
      ...(await homes(reads, seed)),
      ...(await pushes(clients)),
    ]
  },
}

function sizes(scale: number) {
  return {
    follows: scaled(1_000_000, scale, 100_000),
    followers: scaled(100_000, scale, 10_000),
    reads: scaled(20_000, scale, 1_000),
    clients: scaled(9_000, scale, 100),
  }
}

const count = (value: number) => value.toLocaleString('en')
const alone = { peer: null, limit: null } as const

async function engines(sizes: readonly number[]): Promise<readonly Measured[]> {
  const rows: Measured[] = []
  for (const follows of sizes) rows.push(...engine(await apart<Growth>(engineProgram, follows)))
  return rows
}

function engine(found: Growth): readonly Measured[] {
  const name = `engine, ${count(found.follows)} followers`
  const row = (
    work: string,
    unit: string,
    ours: number,
    note: string,
    samples = found.follows,
  ): Measured => ({
    ...alone,
    work: `${name}: ${work}`,
    unit,
    better: 'less',
    ours,
    samples,
    note,
  })
  const { fanOutMs, heldMs } = found
  return [
    row(
      'a follow',
      'µs of CPU',
      found.followMicros,
      `unfollow ${figure(found.unfollowMicros)} µs; one follow held the thread for at most ${figure(found.followMaxMs)} ms, to compact the journal`,
    ),
    row(
      'memory of a follow',
      'bytes',
      found.followBytes,
      `the budget is charged ${figure(found.followCharged)}`,
    ),
    row(
      'an entry of a timeline',
      'µs of CPU',
      found.entryMicros,
      `a post to all took ${spread(fanOutMs)} and held the thread for at most ${figure(percentile(heldMs, 100))} ms`,
      found.follows * fanOutMs.length,
    ),
    row(
      'memory of an entry',
      'bytes',
      found.entryBytes,
      'the budget is charged 16',
      found.follows * fanOutMs.length,
    ),
  ]
}

async function fanOuts(sizes: readonly number[]): Promise<readonly Measured[]> {
  const peers = new Map<number, readonly number[] | null>()
  for (const followers of sizes) peers.set(followers, await redisFanOut(followers))
  const rows: Measured[] = []
  for (const carrier of carriers) {
    const node = await startFeedNode(Math.max(...sizes))
    try {
      for (const [at, followers] of sizes.entries()) {
        const found = await nodeFanOut(node, carrier, followers)
        const msMax = [null, fanOutMsMax.middle, fanOutMsMax.most][at] ?? null
        rows.push(...fanOut(carrier, followers, found, peers.get(followers) ?? null, msMax))
      }
    } finally {
      await node.stop()
    }
  }
  return rows
}

function fanOut(
  carrier: Carrier,
  followers: number,
  found: NodeFanOut,
  peer: readonly number[] | null,
  msMax: number | null,
): readonly Measured[] {
  const name = `${carrier}, ${count(followers)} followers`
  const { readableMs, answeredMs, meanwhileMs, restMs } = found
  return [
    {
      work: `${name}: post to last timeline readable, p50`,
      unit: 'ms',
      better: 'less',
      ours: median(readableMs),
      samples: readableMs.length,
      peer: { name: 'Redis, LPUSH and LTRIM in one script', value: peer === null ? null : median(peer) },
      limit: msMax === null ? null : { of: 'ours', value: msMax },
      note: `${spread(readableMs)}; answered ${spread(answeredMs)}; the followers came at ${figure(found.followsPerSecond)} a second`,
    },
    {
      ...alone,
      work: `${name}: a light call meanwhile, p99`,
      unit: 'ms',
      better: 'less',
      ours: percentile(meanwhileMs, 99),
      samples: meanwhileMs.length,
      note: `at rest p50 ${figure(median(restMs))}, p99 ${figure(percentile(restMs, 99))} ms`,
    },
  ]
}

async function homes(reads: number, seed: number): Promise<readonly Measured[]> {
  const rows: Measured[] = []
  for (const carrier of carriers) {
    const node = await startFeedNode(homesThreshold)
    try {
      const random = seededRandom(seed)
      const below = (max: number) => Math.floor(random.fraction() * max)
      rows.push(...home(carrier, await nodeHomes(node, carrier, reads, below)))
    } finally {
      await node.stop()
    }
  }
  return rows
}

function home(carrier: Carrier, { ms, perSecond }: NodeHomes): readonly Measured[] {
  const name = `${carrier}: homes of 20 pushed and 10 pulled authors, 48 at once`
  return [
    { ...alone, work: name, unit: 'homes/s', better: 'more', ours: perSecond, samples: ms.length },
    {
      ...alone,
      work: `${name}, p95`,
      unit: 'ms',
      better: 'less',
      ours: percentile(ms, 95),
      samples: ms.length,
      note: spread(ms),
    },
  ]
}

async function pushes(wanted: number): Promise<readonly Measured[]> {
  const clients = clientsAllowed(wanted)
  const rounds: Push[] = []
  for (let round = 0; round < pushRounds; round++) rounds.push(await push(clients, pushedPosts))
  const name = `live push to ${count(clients)} WebSocket subscribers`
  const common = { better: 'less', samples: rounds.length } as const
  const ours = (value: (push: Push) => number) => median(rounds.map(value))
  return [
    {
      ...common,
      work: `${name}, until the last has it`,
      unit: 'ms',
      ours: ours(({ node }) => median(node.ms)),
      peer: { name: 'bare uWebSockets.js', value: ours(({ bare }) => median(bare.ms)) },
      limit: { of: 'ratio', value: pushRatioMax },
      void: clients < wanted ? `${count(wanted)} were wanted, and ulimit -n allows no more` : null,
    },
    {
      ...common,
      work: `${name}: what the server spends on each`,
      unit: 'µs of CPU',
      ours: ours(({ node }) => node.cpuMicros),
      peer: { name: 'bare uWebSockets.js', value: ours(({ bare }) => bare.cpuMicros) },
      limit: null,
    },
  ]
}

/** The best too: on a machine that does other things beside, it is the one that tells of the node. */
function spread(samples: readonly number[]): string {
  const at = (percent: number) => figure(percentile(samples, percent))
  return `best ${at(0)}, p50 ${at(50)}, p99 ${at(99)}, at most ${at(100)} ms`
}
