/**
 * Tenants beside each other: the latency of one that keeps to its quota, alone and beside one that asks for ten times its
 * own, both in the open model. Rounds of both take turns, so that what else the machine does falls on either, and the
 * middle one of each is what is said. The load has a processor of its own.
 */

import { attenuate } from '@ron/app-sdk'
import { startNode, type Server } from '../../child.ts'
import { parted, type Processors } from '../confined.ts'
import { drive, type Outcome } from '../load.ts'
import type { Plan } from '../plan.ts'
import { endpoint } from '../requests.ts'
import type { Facet, Measured } from '../rows.ts'
import { scaled } from '../scale.ts'
import { works, type Work } from './works.ts'

const sizes = { seconds: 4, connections: 64, excess: 10 }
const roundsOf = (scale: number) => scaled(5, scale, 1)
/** By how much a tenant at many times its quota may raise the p99 of another. */
const slowdownPercentMax = 20
const [good, hostile] = ['a'.repeat(32), 'b'.repeat(32)]
/** Requests a second, by the kind of work: a tenth of what the node does at most, or less. */
const quotas: Readonly<Record<string, number>> = {
  'GET 1 KiB': 500,
  'PUT 1 KiB': 500,
  'search for two words': 100,
}

export const tenants: Facet = {
  name: 'tenants',
  title: 'Tenants beside each other',
  sizes: (scale) => ({ ...sizes, rounds: roundsOf(scale) }),
  async measure({ seed, scale }) {
    const rows: Measured[] = []
    for (const work of works(seed)) rows.push(...(await beside(work, seed, roundsOf(scale))))
    return rows
  },
}

async function beside(work: Work, seed: number, rounds: number): Promise<readonly Measured[]> {
  const perSecond = quotas[work.name] ?? 100
  const { server, load } = parted()
  const settings = [
    `quota.tenant_requests_per_second=${perSecond}`,
    `quota.tenants=${good} requests=${2 * perSecond}`,
  ]
  const node = await startNode(settings, server)
  try {
    const [own, other] = [holder(node, good), holder(node, hostile)]
    await work.prepare(own)
    await work.prepare(other)
    const quiet = () => driven(own, work, perSecond, seed, load, false)
    const flood = () => driven(other, work, sizes.excess * perSecond, seed + 1, load, true)
    const alone: Outcome[] = []
    const crowded: Outcome[] = []
    const floods: Outcome[] = []
    await quiet()
    for (let round = 0; round < rounds; round++) {
      alone.push(await quiet())
      const [one, many] = await Promise.all([quiet(), flood()])
      crowded.push(one)
      floods.push(many)
    }
    return rowsOf(work.name, middle(alone), middle(crowded), floods)
  } finally {
    await node.stop()
  }
}

function holder(node: Server, tenant: string): Server {
  return { ...node, token: attenuate(node.token, `tenant = ${tenant}`) }
}

function driven(
  node: Server,
  work: Work,
  perSecond: number,
  seed: number,
  load: Processors,
  givesWay: boolean,
): Promise<Outcome> {
  const plan: Plan = {
    protocol: 'http',
    ...endpoint(node.url),
    requests: work.requests(node),
    model: {
      kind: 'open',
      connections: sizes.connections,
      arrivals: { kind: 'poisson', perSecond, seed },
      waitingMax: 1_000,
    },
    warmUpSeconds: 1,
    seconds: sizes.seconds,
  }
  return drive(plan, null, load, givesWay)
}

function rowsOf(
  name: string,
  alone: Outcome,
  beside: Outcome,
  floods: readonly Outcome[],
): readonly Measured[] {
  const common = { unit: 'ms', better: 'less', peer: null } as const
  const mean = (of: (outcome: Outcome) => number) =>
    floods.reduce((sum, outcome) => sum + of(outcome), 0) / floods.length
  return [
    {
      ...common,
      work: `${name}: p99 alone`,
      ours: alone.served.p99Ms,
      samples: alone.served.count,
      limit: null,
      void: alone.void,
      note: `p50 ${alone.served.p50Ms.toFixed(2)} ms, ${Math.round(alone.goodPerSecond)}/s`,
    },
    {
      ...common,
      work: `${name}: p99 beside a tenant at ${sizes.excess} × its quota`,
      ours: beside.served.p99Ms,
      samples: beside.served.count,
      limit: { of: 'ours', value: alone.served.p99Ms * (1 + slowdownPercentMax / 100) },
      void: beside.void ?? alone.void,
      note:
        `p50 ${beside.served.p50Ms.toFixed(2)} ms, ${Math.round(beside.goodPerSecond)}/s, ${beside.refusedPerSecond} refused; ` +
        `of the other ${Math.round(mean((outcome) => outcome.goodPerSecond))}/s were served and ` +
        `${Math.round(mean((outcome) => outcome.refusedPerSecond))}/s refused`,
    },
  ]
}

/** By its p99. */
function middle(outcomes: readonly Outcome[]): Outcome {
  const order = outcomes.toSorted((one, other) => one.served.p99Ms - other.served.p99Ms)
  const found = order[Math.floor(order.length / 2)]
  if (found === undefined) throw new RangeError('there is no middle of nothing')
  return found
}
