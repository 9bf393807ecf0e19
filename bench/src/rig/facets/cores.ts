/**
 * Whether a second processor helps: the same mixed load on a node that may use one and on a node that may use two, in
 * turns, from a generator that stays on one processor. Where there are no more than two, the generator takes its share of
 * the second, so the node has less than two for itself. Beside it, what each thread of the node has of the processors.
 */

import { startNode, type Server } from '../../child.ts'
import { fillMix, mixOf, mixSettings, requestsOf, valueBytes, type MixSize } from '../../cores/mix.ts'
import { sharesBetween, type ThreadShare } from '../../cores/threads.ts'
import { median } from '../../spread.ts'
import { canConfine, processorsAllowed, type Processors } from '../confined.ts'
import { figure } from '../figures.ts'
import { drive, type Outcome } from '../load.ts'
import { endpoint } from '../requests.ts'
import type { Facet, Measured } from '../rows.ts'
import { scaled } from '../scale.ts'

const connections = 64
const seconds = 5
const warmUpSeconds = 1
/** For connections to be made, before the warm-up. */
const connectingSeconds = 0.3
const rounds = 3
/** What a second processor must bring for it to be said that it helps. */
const ratioMin = 1.1
const onOne = 'the same node on 1 processor'
/** To find the thread of each service: work that it has most to do with, and how much of it. */
const probe = { requests: 512, connections: 16, seconds: 1 }

export const cores: Facet = {
  name: 'cores',
  title: 'Processors',
  sizes: (scale) => ({ ...sizes(scale), valueBytes, connections, seconds, rounds }),
  async measure({ seed, scale }) {
    const allowed = processorsAllowed()
    const because = !canConfine()
      ? 'taskset, which keeps a program on some processors, is not installed'
      : allowed.length < 2
        ? 'there is one processor only'
        : null
    if (because !== null) return [unmeasured(because)]
    const generator = allowed.slice(-1)
    const nodes: Server[] = []
    try {
      const places: Place[] = []
      for (const many of [1, 2]) {
        const node = await startNode(mixSettings, allowed.slice(0, many))
        nodes.push(node)
        await fillMix(node, sizes(scale), seed)
        places.push(await placeOf(node, sizes(scale), seed, generator))
      }
      const [one, two] = places
      if (one === undefined || two === undefined) throw new Error('there are not two nodes')
      const found: { readonly one: Loaded; readonly two: Loaded }[] = []
      for (let round = 0; round < rounds; round++)
        found.push({ one: await loaded(one, generator), two: await loaded(two, generator) })
      return rowsOf(
        found.map((round) => round.one),
        found.map((round) => round.two),
      )
    } finally {
      for (const node of nodes) await node.stop()
    }
  },
}

function sizes(scale: number): Readonly<Record<keyof MixSize, number>> {
  return {
    objects: scaled(4_096, scale, 256),
    docs: scaled(50_000, scale, 1_000),
    graphNodes: scaled(20_000, scale, 1_000),
    requests: scaled(65_536, scale, 8_192),
  }
}

/** A node with what it is asked, and whose thread is which. */
interface Place {
  readonly node: Server
  readonly pid: number
  readonly requests: readonly Uint8Array[]
  readonly names: ReadonlyMap<number, string>
}

interface Loaded {
  readonly outcome: Outcome
  /** Of one processor, by name of the thread. */
  readonly shares: ReadonlyMap<string, number>
}

async function placeOf(node: Server, size: MixSize, seed: number, generator: Processors): Promise<Place> {
  const { pid } = node.process
  if (pid === undefined) throw new Error('a node has no process')
  const { write, search, send } = requestsOf(node, size, seed)
  const names = new Map([[pid, 'main']])
  for (const [name, request] of Object.entries({ storage: write, index: search, mailbox: send })) {
    const requests = Array.from({ length: probe.requests }, (_, nth) => request(size.requests + nth))
    const { shares } = await run(node, pid, requests, generator, probe)
    const [busiest] = shares.filter(({ id }) => !names.has(id)).toSorted((a, b) => b.share - a.share)
    if (busiest !== undefined) names.set(busiest.id, name)
  }
  return { node, pid, requests: mixOf(node, size, seed), names }
}

async function loaded({ node, pid, requests, names }: Place, generator: Processors): Promise<Loaded> {
  const { outcome, shares } = await run(node, pid, requests, generator, { connections, seconds })
  const byName = new Map<string, number>()
  for (const { id, share } of shares) {
    const name = names.get(id) ?? 'all others'
    byName.set(name, (byName.get(name) ?? 0) + share)
  }
  return { outcome, shares: byName }
}

async function run(
  node: Server,
  pid: number,
  requests: readonly Uint8Array[],
  generator: Processors,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<{ readonly outcome: Outcome; readonly shares: readonly ThreadShare[] }> {
  const model = { kind: 'closed', connections, depth: 1 } as const
  const plan = { protocol: 'http', ...endpoint(node.url), requests, model, warmUpSeconds, seconds } as const
  const [outcome, shares] = await Promise.all([
    drive(plan, pid, generator),
    sharesBetween(pid, connectingSeconds + warmUpSeconds, seconds),
  ])
  return { outcome, shares }
}

function rowsOf(one: readonly Loaded[], two: readonly Loaded[]): readonly Measured[] {
  const of = (runs: readonly Loaded[], value: (run: Loaded) => number) => median(runs.map(value))
  const names = [...new Set([...one, ...two].flatMap(({ shares }) => [...shares.keys()]))]
  return [
    {
      work: 'mixed load on 2 processors: goodput',
      unit: 'requests/s',
      better: 'more',
      ours: of(two, ({ outcome }) => outcome.goodPerSecond),
      samples: rounds,
      peer: { name: onOne, value: of(one, ({ outcome }) => outcome.goodPerSecond) },
      limit: { of: 'ratio', value: ratioMin },
      void: voidBecause(1, one) ?? voidBecause(2, two),
      note: `${told(one, 1)}; ${told(two, 2)}`,
    },
    {
      work: 'mixed load on 2 processors: answered, p95',
      unit: 'ms',
      better: 'less',
      ours: of(two, ({ outcome }) => outcome.served.p95Ms),
      samples: of(two, ({ outcome }) => outcome.served.count),
      peer: { name: onOne, value: of(one, ({ outcome }) => outcome.served.p95Ms) },
      limit: null,
    },
    {
      work: 'mixed load on 2 processors: what the node spends on an answer',
      unit: 'µs of CPU',
      better: 'less',
      ours: of(two, ({ outcome }) => outcome.serverMicros ?? Number.NaN),
      samples: rounds,
      peer: { name: onOne, value: of(one, ({ outcome }) => outcome.serverMicros ?? Number.NaN) },
      limit: null,
    },
    ...names.map((name): Measured => {
      const share = (runs: readonly Loaded[]) => of(runs, ({ shares }) => (shares.get(name) ?? 0) * 100)
      return {
        work: `what ${name === 'all others' ? 'all other threads have' : `the thread of ${name} has`}, on 2 processors`,
        unit: '% of a processor',
        better: 'more',
        ours: share(two),
        samples: rounds,
        peer: { name: onOne, value: share(one) },
        limit: null,
      }
    }),
  ]
}

function told(runs: readonly Loaded[], processors: number): string {
  const all = runs.map(({ shares }) => [...shares.values()].reduce((sum, share) => sum + share, 0))
  const busy = median(runs.map(({ outcome }) => outcome.processorShare))
  return `on ${processors} the node used ${figure(median(all))} processors and the generator ${figure(busy)}`
}

function voidBecause(processors: number, runs: readonly Loaded[]): string | null {
  const failed = Math.max(...runs.map(({ outcome }) => outcome.failedShare))
  if (failed > 0.001) return `on ${processors}, ${(failed * 100).toFixed(1)} % had no good answer`
  const found = runs.find(({ outcome }) => outcome.void !== null)
  return found === undefined ? null : `on ${processors}, ${found.outcome.void}`
}

function unmeasured(because: string): Measured {
  return {
    work: 'mixed load on 2 processors: goodput',
    unit: 'requests/s',
    better: 'more',
    ours: Number.NaN,
    samples: 0,
    peer: { name: onOne, value: null },
    limit: { of: 'ratio', value: ratioMin },
    void: because,
  }
}
