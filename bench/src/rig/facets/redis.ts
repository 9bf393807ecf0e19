/**
 * Small values read and written, beside Redis: the same generator, values and connections, each in its own protocol.
 * What a server costs for an answer is measured beside the rate, since on a small machine the generator is what limits
 * the rate.
 */

import { startNode, type Server } from '../../child.ts'
import { putObject } from '../../put-object.ts'
import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'
import { median } from '../../spread.ts'
import { drive, type Outcome } from '../load.ts'
import { startRedis, type Peer } from '../peers.ts'
import { endpoint, httpRequest, respCommand } from '../requests.ts'
import type { Facet, Measured } from '../rows.ts'

const sizes = { connections: 64, keys: 256, valueBytes: 1024, rounds: 3, seconds: 2 }
/** Contents in turn under the keys, so that a write is never of what is there already. */
const contents = 2048

export const redis: Facet = {
  name: 'redis',
  title: 'Small values, beside Redis',
  sizes: () => sizes,
  async measure({ seed }) {
    const [node, peer] = await Promise.all([startNode(), startRedis()])
    try {
      const values = valuesBy(seed)
      for (let key = 0; key < sizes.keys; key++) await putObject(node, `k${key}`, values[key] ?? '')
      return [
        ...(await compared('write', node, peer, writes(node, values), redisWrites(values), 1)),
        ...(await compared('read', node, peer, reads(node), redisReads(), 1)),
        // A connection of the node ends when it is sent a second request before the first is answered.
        ...(await compared('read, Redis 16 at once', node, peer, reads(node), redisReads(), 16)),
      ]
    } finally {
      await Promise.all([node.stop(), peer?.stop()])
    }
  },
}

type Requests = readonly Uint8Array[]

async function compared(
  work: string,
  node: Server,
  peer: Peer | null,
  ours: Requests,
  theirs: Requests,
  theirDepth: number,
): Promise<readonly Measured[]> {
  const outcomes: { readonly node: Outcome; readonly peer: Outcome | null }[] = []
  for (let round = 0; round < sizes.rounds; round++) {
    outcomes.push({
      node: await closed('http', { ...endpoint(node.url), pid: node.process.pid ?? null }, ours, 1),
      peer: peer === null ? null : await closed('resp', peer, theirs, theirDepth),
    })
  }
  const nodes = outcomes.map((round) => round.node)
  const peers = outcomes.flatMap((round) => round.peer ?? [])
  const of = (runs: readonly Outcome[], value: (run: Outcome) => number) =>
    runs.length === 0 ? null : median(runs.map(value))
  const common = { samples: sizes.rounds, limit: null } as const
  const failed = Math.max(...[...nodes, ...peers].map(({ failedShare }) => failedShare))
  return [
    {
      ...common,
      work,
      unit: 'requests/s',
      better: 'more',
      ours: of(nodes, ({ goodPerSecond }) => goodPerSecond) ?? Number.NaN,
      peer: { name: 'Redis', value: of(peers, ({ goodPerSecond }) => goodPerSecond) },
      void: voidBecause('ours', nodes) ?? voidBecause('Redis', peers),
      ...(failed > 0 ? { note: `${(failed * 100).toFixed(3)} % had no good answer` } : {}),
    },
    {
      ...common,
      work: `${work}: what the server spends`,
      unit: 'µs of CPU',
      better: 'less',
      ours: of(nodes, ({ serverMicros }) => serverMicros ?? Number.NaN) ?? Number.NaN,
      peer: { name: 'Redis', value: of(peers, ({ serverMicros }) => serverMicros ?? Number.NaN) },
    },
  ]
}

function voidBecause(whose: string, runs: readonly Outcome[]): string | null {
  const found = runs.find((run) => run.void !== null)
  return found === undefined ? null : `${whose}: ${found.void}`
}

function closed(
  protocol: 'http' | 'resp',
  { host, port, pid }: { readonly host: string; readonly port: number; readonly pid: number | null },
  requests: Requests,
  depth: number,
): Promise<Outcome> {
  const model = { kind: 'closed', connections: sizes.connections, depth } as const
  return drive({ protocol, host, port, requests, model, warmUpSeconds: 0.5, seconds: sizes.seconds }, pid)
}

function reads(node: Server): Requests {
  return keys().map((key) => httpRequest(node, 'GET', `/objects/${key}`))
}

function redisReads(): Requests {
  return keys().map((key) => respCommand('GET', key))
}

function writes(node: Server, values: Requests): Requests {
  return values.map((value, at) => httpRequest(node, 'PUT', `/objects/k${at % sizes.keys}`, value))
}

function redisWrites(values: Requests): Requests {
  return values.map((value, at) => respCommand('SET', `k${at % sizes.keys}`, value))
}

function keys(): readonly string[] {
  return Array.from({ length: sizes.keys }, (_, key) => `k${key}`)
}

function valuesBy(seed: number): readonly Uint8Array<ArrayBuffer>[] {
  const random = seededRandom(seed)
  return Array.from({ length: contents }, () => Uint8Array.from(random.bytes(sizes.valueBytes)))
}
