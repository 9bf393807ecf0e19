/**
 * The service levels that the blueprints promise, of each profile: what the clients of a whole node wait for, several of
 * whom ask at once, with every answer held against what the node was given. The other facets ask for more than this.
 */

import { SDK } from '@ron/app-sdk'
import { startNode, type Profile } from '../../child.ts'
import { nodeFanOut } from '../../feed/node.ts'
import { timed } from '../../graph/timed.ts'
import { neighborTimes } from '../../levels/neighbors.ts'
import { searchTimes } from '../../levels/found.ts'
import { loneTenant } from '../../lone-tenant.ts'
import { measureMedia, mebibyte } from '../../media/node.ts'
import { readyTimes, startTimes } from '../../readiness.ts'
import { median, percentile } from '../../spread.ts'
import { figure } from '../figures.ts'
import type { Facet, Measured } from '../rows.ts'
import { scaled } from '../scale.ts'
import { admission } from '../wall-pieces.ts'

/** Milliseconds, 95 in a hundred: §7 of the micronode's blueprint, §5 of the macronode's. */
const promised = {
  micro: { neighbors: 50, search: 50, fanOut: 2_000, media: 80 },
  macro: { neighbors: 50, search: 150, fanOut: 2_000, media: 100 },
} as const
const promisedOfMicro = { start: 2_000, ready: 20, admissionMicros: 5_000 } as const
const admissionForMs = 500
const objectBytes = 4 * mebibyte

export const levels: Facet = {
  name: 'levels',
  title: 'Service levels of the blueprints',
  sizes,
  async measure({ seed, scale }) {
    return [
      ...(await ofMicroAlone()),
      ...(await facets('micro', seed, scale)),
      ...(await facets('macro', seed, scale)),
    ]
  },
}

function sizes(scale: number) {
  return {
    nodes: scaled(20_000, scale, 500),
    docs: scaled(20_000, scale, 500),
    followers: scaled(10_000, scale, 500),
    mediaObjects: scaled(16, scale, 2),
    questions: scaled(2_000, scale, 200),
  }
}

async function ofMicroAlone(): Promise<readonly Measured[]> {
  const { p95Ms, p99Ms, samples } = timed(admissionForMs, admission())
  return [
    level('micronode: start to /readyz', await startTimes(), promisedOfMicro.start),
    level('micronode: /readyz', await readyTimes(), promisedOfMicro.ready),
    {
      ...common,
      work: 'micronode: an admission decision, p95',
      unit: 'µs',
      ours: p95Ms * 1_000,
      samples,
      limit: { of: 'ours', value: promisedOfMicro.admissionMicros },
      note: `p99 ${figure(p99Ms * 1_000)} µs, in a thread by itself`,
    },
  ]
}

async function facets(profile: Profile, seed: number, scale: number): Promise<readonly Measured[]> {
  const { nodes, docs, followers, mediaObjects, questions } = sizes(scale)
  const { neighbors, search, fanOut, media } = promised[profile]
  const name = `${profile}node`
  const count = (value: number) => value.toLocaleString('en')
  const node = await startNode(loneTenant, null, profile)
  const sdk = new SDK({ baseUrl: node.url, cap: node.token, carrier: 'http' })
  try {
    const { readableMs } = await nodeFanOut(node, 'http', followers)
    return [
      level(
        `${name}: neighbors among ${count(nodes)} nodes`,
        await neighborTimes(sdk, { nodes, questions, seed }),
        neighbors,
      ),
      level(
        `${name}: search in ${count(docs)} documents`,
        await searchTimes(sdk, { docs, questions, seed }),
        search,
      ),
      level(`${name}: a post in the homes of ${count(followers)} followers`, readableMs, fanOut),
      level(
        `${name}: range start of media`,
        await rangeStarts(profile, mediaObjects, questions, seed),
        media,
      ),
    ]
  } finally {
    sdk.close()
    await node.stop()
  }
}

/** By one client and by sixteen. */
async function rangeStarts(
  profile: Profile,
  objects: number,
  ranges: number,
  seed: number,
): Promise<readonly number[]> {
  const found = await measureMedia({ objects, objectBytes }, ranges, seed, profile)
  return found.ranges.flatMap(({ ms }) => ms)
}

const common = { better: 'less', peer: null } as const

function level(work: string, times: readonly number[], msMax: number): Measured {
  return {
    ...common,
    work: `${work}, p95`,
    unit: 'ms',
    ours: percentile(times, 95),
    samples: times.length,
    limit: { of: 'ours', value: msMax },
    note: `p50 ${figure(median(times))}, at most ${figure(percentile(times, 100))} ms`,
  }
}
