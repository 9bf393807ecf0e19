/**
 * More than the node can do, and how it bears it: for each kind of work the rate at which it is saturated, then the open
 * model at a half, at one and a half and at three times that rate. What was asked too much must be refused at once and
 * told when to come back, so that what is admitted is as quick as ever. The load has a processor of its own in all of it, or
 * the more it asks for, the less there would be to answer with.
 */

import { startNode, residentBytes, type Server } from '../../child.ts'
import { parted, type Processors } from '../confined.ts'
import { drive, type Outcome } from '../load.ts'
import type { Closed, Open } from '../plan.ts'
import { endpoint } from '../requests.ts'
import type { Facet, Measured } from '../rows.ts'
import { scaled } from '../scale.ts'
import { works, type Work } from './works.ts'

const sizes = { saturatingConnections: 64, connections: 512, seconds: 5 }
const overloadedSeconds = (scale: number) => scaled(60, scale, 5)
/** Of saturation: a node that has next to nothing to do. */
const unloaded = 0.05
/** Of saturation: what a node is meant for, so that it can lose its neighbor or have a good day. */
const target = 0.5
/** What a node bears beyond that without refusing more than a few, by the blueprint; its p99 is that of the gateway. */
const envelope = { times: 1.5, refusedPercentMax: 5, p99MsMax: 120 } as const
const factors = [1.5, 3]
const goodputPercentMin = 90
const slowdownMax = 3
/** By how much resident memory may grow while overloaded. */
const growthPercentMax = 10
const mib = 2 ** 20

export const overload: Facet = {
  name: 'overload',
  title: 'Overload',
  sizes: (scale) => ({ ...sizes, overloadedSeconds: overloadedSeconds(scale) }),
  async measure({ seed, scale }) {
    const rows: Measured[] = []
    for (const work of works(seed)) rows.push(...(await overloaded(work, seed, overloadedSeconds(scale))))
    return rows
  },
}

async function overloaded(work: Work, seed: number, overSeconds: number): Promise<readonly Measured[]> {
  const { server, load } = parted()
  const node = await startNode([], server)
  try {
    await work.prepare(node)
    const requests = work.requests(node)
    const model = { kind: 'closed', connections: sizes.saturatingConnections, depth: 1 } as const
    const run = (model: Closed | Open, seconds = sizes.seconds) =>
      driven(node, requests, load, model, seconds)
    // Once for the code to be compiled and the heap to find its size.
    await run(model)
    const most = await run(model)
    const open = (factor: number, seconds?: number) =>
      run(
        {
          kind: 'open',
          connections: sizes.connections,
          arrivals: { kind: 'poisson', perSecond: most.goodPerSecond * factor, seed },
          waitingMax: 1_000_000,
        },
        seconds,
      )
    const idle = await open(unloaded)
    const meant = await open(target)
    const busy = await open(envelope.times * target, overSeconds)
    const residentBefore = residentBytes(node)
    const over: Measured[] = []
    for (const factor of factors)
      over.push(...underLoad(`${work.name} at ${factor} ×`, await open(factor, overSeconds), most, idle))
    return [
      saturation(work.name, most),
      latency(`${work.name} at ${unloaded} ×, p99`, idle),
      latency(`${work.name} at ${target} ×, p99`, meant),
      ...withinEnvelope(work.name, busy),
      ...over,
      memory(work.name, residentBefore, residentBytes(node)),
    ]
  } finally {
    await node.stop()
  }
}

function driven(
  node: Server,
  requests: readonly Uint8Array[],
  load: Processors,
  model: Closed | Open,
  seconds: number,
): Promise<Outcome> {
  const plan = { protocol: 'http', ...endpoint(node.url), requests, model } as const
  return drive({ ...plan, warmUpSeconds: 1, seconds }, node.process.pid ?? null, load)
}

const alone = { peer: null, limit: null } as const

function withinEnvelope(name: string, outcome: Outcome): readonly Measured[] {
  const { served, refusal } = outcome
  const work = `${name} at ${envelope.times} times what the node is meant for`
  const common = { peer: null, better: 'less', void: outcome.void } as const
  return [
    {
      ...common,
      work: `${work}: refused`,
      unit: '%',
      ours: (100 * outcome.refusedPerSecond) / outcome.intendedPerSecond,
      samples: served.count + refusal.count,
      limit: { of: 'ours', value: envelope.refusedPercentMax },
      note: statuses(outcome),
    },
    {
      ...common,
      work: `${work}: p99`,
      unit: 'ms',
      ours: served.p99Ms,
      samples: served.count,
      limit: { of: 'ours', value: envelope.p99MsMax },
      note: `p50 ${served.p50Ms.toFixed(2)}, p95 ${served.p95Ms.toFixed(2)} ms`,
    },
    lost(work, outcome),
  ]
}

function saturation(name: string, most: Outcome): Measured {
  return {
    ...alone,
    work: `${name}: saturation`,
    unit: 'requests/s',
    better: 'more',
    ours: most.goodPerSecond,
    samples: most.served.count,
    void: most.void,
    note: `p99 ${most.served.p99Ms.toFixed(1)} ms, ${most.serverMicros?.toFixed(1)} µs of CPU for an answer`,
  }
}

function latency(work: string, outcome: Outcome): Measured {
  const { served, late } = outcome
  return {
    ...alone,
    work,
    unit: 'ms',
    better: 'less',
    ours: served.p99Ms,
    samples: served.count,
    void: outcome.void,
    note: `p50 ${served.p50Ms.toFixed(2)}, p95 ${served.p95Ms.toFixed(2)} ms; the generator was ${late.p95Ms.toFixed(2)} ms late at p95`,
  }
}

function underLoad(work: string, outcome: Outcome, most: Outcome, idle: Outcome): readonly Measured[] {
  const { served, refusal } = outcome
  const common = { samples: served.count, peer: null, void: outcome.void } as const
  return [
    {
      ...common,
      work: `${work}: goodput`,
      unit: '% of saturation',
      better: 'more',
      ours: (outcome.goodPerSecond / most.goodPerSecond) * 100,
      limit: { of: 'ours', value: goodputPercentMin },
      note: `of ${Math.round(outcome.intendedPerSecond)}/s ${Math.round(outcome.refusedPerSecond)} refused; ${statuses(outcome)}`,
    },
    {
      ...common,
      work: `${work}: p99 of admitted`,
      unit: 'ms',
      better: 'less',
      ours: served.p99Ms,
      limit: { of: 'ours', value: slowdownMax * idle.served.p99Ms },
      // An unloaded p99 that was measured late is no measure.
      void: outcome.void ?? idle.void,
      note: `p50 ${served.p50Ms.toFixed(1)} ms; a refusal took ${refusal.p50Ms.toFixed(1)} ms, p99 ${refusal.p99Ms.toFixed(1)}`,
    },
    {
      ...common,
      work: `${work}: refused without Retry-After`,
      unit: 'requests',
      better: 'less',
      ours: outcome.refusedWithoutRetryAfter,
      samples: refusal.count,
      limit: { of: 'ours', value: 0 },
      void: null,
    },
    lost(work, outcome),
  ]
}

function lost(work: string, { failedShare, served, void: because }: Outcome): Measured {
  return {
    work: `${work}: neither served nor refused`,
    unit: '%',
    better: 'less',
    ours: failedShare * 100,
    samples: served.count,
    peer: null,
    limit: { of: 'ours', value: 0 },
    void: because,
  }
}

function memory(name: string, before: number, after: number): Measured {
  return {
    work: `${name}: memory after overload`,
    unit: 'MiB',
    better: 'less',
    ours: after / mib,
    samples: 1,
    peer: null,
    limit: { of: 'ours', value: (before / mib) * (1 + growthPercentMax / 100) },
    note: `${Math.round(before / mib)} MiB before it, resident`,
  }
}

function statuses(outcome: Outcome): string {
  return Object.entries(outcome.statuses)
    .map(([status, count]) => `${count} × ${status}`)
    .join(', ')
}
