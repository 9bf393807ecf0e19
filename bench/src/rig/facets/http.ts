/**
 * HTTP through the whole wall, beside servers that have none: what they do at most, how long an answer takes at half of
 * that, and how fast the node says no.
 */

import { startBare, startFastify, startNode, type Server } from '../../child.ts'
import { probedUnderLoad } from '../../readiness.ts'
import { percentile } from '../../spread.ts'
import { connections, put, rounds, seconds, sideBySide } from '../../throughput.ts'
import type { Load } from '../../wrk.ts'
import { drive, type Outcome } from '../load.ts'
import { endpoint, httpRequest } from '../requests.ts'
import type { Facet, Measured } from '../rows.ts'

const openConnections = 128
const openSeconds = 5
/** One request in as long as it lasts, then nothing but refusals. */
const noQuota = ['quota.requests_per_second=1', 'quota.burst=1']
/** How often as many answers as Fastify with the bytes at hand. */
const timesFastify = 2.5
const bareName = 'bare uWebSockets.js'

export const http: Facet = {
  name: 'http',
  title: 'HTTP',
  sizes: () => ({ connections, rounds, seconds, openConnections, openSeconds }),
  async measure({ seed }) {
    const [node, bare, fastify, full] = await Promise.all([
      startNode(),
      startBare(),
      startFastify(),
      startNode(noQuota),
    ])
    try {
      for (const size of ['1k', '64k']) await put(node, size)
      return [
        ...(await capacities(node, bare, fastify)),
        await refusing(full, bare),
        ...(await halfLoaded(node, bare, seed)),
        await readiness(node, bare),
      ]
    } finally {
      for (const server of [node, bare, fastify, full]) await server?.stop()
    }
  },
}

/** Requests a second, from `wrk`: it costs less than a server, so it is not what limits them. */
async function capacities(node: Server, bare: Server, fastify: Server | null): Promise<readonly Measured[]> {
  const rows: Measured[] = []
  for (const [method, size, atLeast] of [
    ['GET', '1k', 0.75],
    ['GET', '64k', 0.85],
    ['PUT', '1k', 0.6],
    ['PUT', '64k', null],
  ] as const) {
    // Fastify is compared where it has nothing to do but answer.
    const third = method === 'GET' && size === '1k' ? { name: 'Fastify', server: fastify } : null
    rows.push(...(await capacity({ method, size }, atLeast, node, bare, third)))
  }
  return rows
}

async function capacity(
  what: Pick<Load, 'method' | 'size'>,
  atLeast: number | null,
  node: Server,
  bare: Server,
  third: { readonly name: string; readonly server: Server | null } | null,
): Promise<readonly Measured[]> {
  const [ours, theirs, others = null] = await sideBySide([node, bare, third?.server ?? null], what)
  for (const outcome of [ours, theirs, others]) {
    if ((outcome?.refusedPerSecond ?? 0) > 0) throw new Error(`${what.method} ${what.size} was refused`)
  }
  const row: Measured = {
    work: `${what.method} ${what.size}`,
    unit: 'requests/s',
    better: 'more',
    ours: ours?.perSecond ?? Number.NaN,
    samples: rounds,
    peer: { name: bareName, value: theirs?.perSecond ?? null },
    limit: atLeast === null ? null : { of: 'ratio', value: atLeast },
  }
  if (third === null) return [row]
  const peer = { name: third.name, value: others?.perSecond ?? null }
  return [row, { ...row, peer, limit: { of: 'ratio', value: timesFastify } }]
}

async function refusing(full: Server, bare: Server): Promise<Measured> {
  const [ours, theirs] = await sideBySide([full, bare], { method: 'GET', size: '1k' })
  return {
    work: 'refuse with 429',
    unit: 'refusals/s',
    better: 'more',
    ours: ours?.refusedPerSecond ?? Number.NaN,
    samples: rounds,
    peer: { name: `${bareName}, GET 1k`, value: theirs?.perSecond ?? null },
    limit: { of: 'ratio', value: 0.9 },
  }
}

/** The open model at half of what the closed one reached. */
async function halfLoaded(node: Server, bare: Server, seed: number): Promise<readonly Measured[]> {
  const [most] = await sideBySide([node], { method: 'GET', size: '1k' })
  const perSecond = (most?.perSecond ?? Number.NaN) / 2
  const [ours, theirs] = [await open(node, perSecond, seed), await open(bare, perSecond, seed)]
  const note = `${Math.round(perSecond).toLocaleString('en')} requests/s, Poisson; the generator was ${ours.late.p95Ms.toFixed(2)} ms late at p95`
  return (['p50Ms', 'p95Ms', 'p99Ms'] as const).map((key) => ({
    work: `GET 1k at half of saturation, ${key.slice(0, 3)}`,
    unit: 'ms',
    better: 'less',
    ours: ours.served[key],
    samples: ours.served.count,
    peer: { name: `${bareName}, as many requests`, value: theirs.served[key] },
    limit: key === 'p95Ms' ? { of: 'ours', value: 2 } : null,
    void: ours.void,
    ...(key === 'p50Ms' ? { note } : {}),
  }))
}

function open(server: Server, perSecond: number, seed: number): Promise<Outcome> {
  const arrivals = { kind: 'poisson', perSecond, seed } as const
  return drive(
    {
      protocol: 'http',
      ...endpoint(server.url),
      requests: [httpRequest(server, 'GET', '/objects/1k')],
      model: { kind: 'open', connections: openConnections, arrivals, waitingMax: 100_000 },
      warmUpSeconds: 1,
      seconds: openSeconds,
    },
    server.process.pid ?? null,
  )
}

async function readiness(node: Server, bare: Server): Promise<Measured> {
  const floor = await probedUnderLoad(bare, '/objects/none')
  const ours = await probedUnderLoad(node, '/readyz')
  return {
    work: '/readyz under load, p95',
    unit: 'ms',
    better: 'less',
    ours: percentile(ours, 95),
    samples: ours.length,
    peer: { name: bareName, value: percentile(floor, 95) },
    limit: { of: 'ours', value: 5 },
  }
}
