/**
 * The graph of the index at three sizes, ten edges a node, with degrees that are alike and with degrees by a power law:
 * what an edge takes, what walks take, and what the journal adds; SQLite and PostgreSQL have the same edges.
 */

import { edgesPerNode, shapes, type Dataset } from '../../graph/dataset.ts'
import { askPostgres, askSqlite, type PeerRates } from '../../graph/peers.ts'
import type { GraphFound } from '../../graph/process.ts'
import type { Once, Timing } from '../../graph/timed.ts'
import { apart } from '../apart.ts'
import { figure } from '../figures.ts'
import type { Facet, Measured } from '../rows.ts'
import { scaled } from '../scale.ts'

const program = new URL('../../graph/process.js', import.meta.url)
/** Ten million edges in a minute. */
const linksPerSecondMin = 10_000_000 / 60
const neighborsMsMax = 2
/** How many times as many queries as PostgreSQL, at one hop and at two. */
const timesPostgres = [2, 10] as const

export const graph: Facet = {
  name: 'graph',
  title: 'Graph',
  sizes,
  async measure({ seed, scale }) {
    const { nodes: most, nodesMiddle: middle, nodesLeast: least } = sizes(scale)
    const rows: Measured[] = []
    for (const shape of shapes) {
      for (const nodes of [least, middle, most]) {
        const dataset = { nodes, edges: nodes * edgesPerNode, shape, seed }
        const found = await apart<GraphFound>(program, dataset)
        rows.push(...alone(dataset, found, nodes === most))
        if (shape !== 'uniform' || nodes === least) continue
        // SQLite takes a minute to load the largest, and answers no differently.
        if (nodes === middle) rows.push(...beside(dataset, found, 'SQLite', askSqlite(dataset), null))
        rows.push(...beside(dataset, found, 'PostgreSQL', await askPostgres(dataset), timesPostgres))
      }
    }
    return rows
  },
}

function sizes(scale: number) {
  const nodes = scaled(1_000_000, scale, 10_000)
  return { nodesLeast: Math.floor(nodes / 100), nodesMiddle: Math.floor(nodes / 10), nodes, edgesPerNode }
}

function alone(dataset: Dataset, found: GraphFound, isMost: boolean): readonly Measured[] {
  const { load, journal, removal } = found
  const name = nameOf(dataset)
  const common = { peer: null, limit: null, samples: load.edges } as const
  return [
    {
      ...common,
      work: `${name}: link`,
      unit: 'edges/s',
      better: 'more',
      ours: load.linksPerSecond,
      limit: isMost ? { of: 'ours', value: linksPerSecondMin } : null,
      note: `a thousand edges took ${most(load.longest)}`,
    },
    {
      ...common,
      work: `${name}: memory`,
      unit: 'bytes an edge',
      better: 'less',
      ours: load.bytes / load.edges,
      note: `${figure(load.bytes / load.nodes)} bytes a node, edges and all`,
    },
    ...found.walks.map(({ hops, neighborsMax, timing }) =>
      latency(
        `${name}: ${hops} ${hops === 1 ? 'hop' : 'hops'}, ${neighborsMax} neighbors, p95`,
        timing,
        isMost && hops === 1 && neighborsMax === 100 ? neighborsMsMax : null,
      ),
    ),
    latency(`${name}: mutuals, p95`, found.mutuals, null),
    { ...common, work: `${name}: unlink`, unit: 'edges/s', better: 'more', ours: removal.unlinksPerSecond },
    {
      ...common,
      work: `${name}: remove the node of most edges, a turn`,
      unit: 'ms',
      better: 'less',
      ours: removal.turn.longestMs,
      samples: 1,
      note: most(removal.turn),
    },
    {
      ...common,
      work: `${name}: link by the journal`,
      unit: 'edges/s',
      better: 'more',
      ours: journal.linksPerSecond,
      note: `the longest batch took ${figure(journal.longestBatchMs)} ms, a snapshot ${figure(journal.snapshotMs)} ms`,
    },
    {
      ...common,
      work: `${name}: replay of the journal`,
      unit: 'edges/s',
      better: 'more',
      ours: journal.replayedPerSecond,
      note: `${journal.bytesPerEdge.toFixed(1)} bytes an edge in it`,
    },
  ]
}

function latency(work: string, timing: Timing, msMax: number | null): Measured {
  const { perSecond, p50Ms, p95Ms, p99Ms, samples } = timing
  return {
    work,
    unit: 'ms',
    better: 'less',
    ours: p95Ms,
    samples,
    peer: null,
    limit: msMax === null ? null : { of: 'ours', value: msMax },
    note: `p50 ${figure(p50Ms)}, p99 ${figure(p99Ms)} ms; ${figure(perSecond)} a second`,
  }
}

/** Walks a second, of ours in one thread; the peers may use what processors there are. */
function beside(
  dataset: Dataset,
  found: GraphFound,
  name: string,
  rates: PeerRates | null,
  times: readonly [number, number] | null,
): readonly Measured[] {
  return ([1, 2] as const).map((hops) => {
    const neighborsMax = hops === 1 ? 100 : 128
    const walk = found.walks.find((each) => each.hops === hops && each.neighborsMax === neighborsMax)
    const theirs = hops === 1 ? rates?.oneHopPerSecond : rates?.twoHopsPerSecond
    const ratioMin = times?.[hops - 1] ?? null
    return {
      work: `${nameOf(dataset)}: ${hops} ${hops === 1 ? 'hop' : 'hops'}, ${neighborsMax} neighbors, beside ${name}`,
      unit: 'walks/s',
      better: 'more',
      ours: walk?.timing.perSecond ?? Number.NaN,
      samples: walk?.timing.samples ?? 0,
      peer: { name, value: theirs ?? null },
      limit: ratioMin === null ? null : { of: 'ratio', value: ratioMin },
    }
  })
}

function nameOf({ nodes, shape }: Dataset): string {
  return `${nodes.toLocaleString('en')} nodes, ${shape}`
}

function most({ longestMs, longestCpuMs }: Pick<Once, 'longestMs' | 'longestCpuMs'>): string {
  return `at most ${figure(longestMs)} ms, ${figure(longestCpuMs)} of processor time`
}
