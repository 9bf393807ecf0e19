/** The graph of the index by itself, in this thread, as the service's thread has it. */

import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'
import { Budget } from '@ron/services/index/budget'
import { Graph, type Link } from '@ron/services/index/graph/graph'
import { bytesHeld } from '../rig/apart.ts'
import { batchesOf, linksOf, linksPerBatch, nameOf, type Dataset } from './dataset.ts'
import { timed, timedOnce, type Once, type Timing } from './timed.ts'

const askMs = 1_000
const visitsMax = 100_000
const removals = 20_000
/** As in `removeNode` of the service: edges removed before others get their turn. */
const removalsPerTurn = 5_000

export interface Load {
  readonly linksPerSecond: number
  readonly longest: Pick<Once, 'longestMs' | 'longestCpuMs'>
  readonly edges: number
  readonly nodes: number
  readonly bytes: number
}

export function emptyGraph(seed: number): Graph {
  const budget = (things: string) => new Budget(things, Number.MAX_SAFE_INTEGER, '')
  return new Graph({ edges: budget('edges'), nodes: budget('nodes') }, seed)
}

/** Links every edge of a dataset. Bytes are what the process has more of afterwards, garbage collected. */
export function load(graph: Graph, dataset: Dataset): Load {
  const before = bytesHeld()
  const { perSecond, ...longest } = timedOnce(batchesOf(dataset), (links) => {
    for (const link of links) graph.link(link)
  })
  const bytes = bytesHeld() - before
  return { linksPerSecond: perSecond * linksPerBatch, longest, edges: graph.size, nodes: graph.nodes, bytes }
}

/** Up to `neighborsMax` neighbors of anyone, as often as it goes. */
export function walks(graph: Graph, dataset: Dataset, hops: number, neighborsMax: number): Timing {
  const anyone = anyoneOf(dataset)
  return timed(askMs, () => {
    graph.neighbors({ node: anyone(), hops, direction: 'out', neighborsMax, visitsMax })
  })
}

/** What anyone and whoever comes next in the dataset have in common. */
export function mutuals(graph: Graph, dataset: Dataset): Timing {
  const anyone = anyoneOf(dataset)
  return timed(askMs, () => {
    graph.mutuals(anyone(), anyone(), 128, visitsMax)
  })
}

export interface Removal {
  readonly unlinksPerSecond: number
  /** Of the turns in which the node of most edges is removed. */
  readonly turn: Pick<Once, 'longestMs' | 'longestCpuMs'>
}

/** Some edges one by one, and then the node of most edges in turns. What is measured last, since it destroys. */
export function removal(graph: Graph, dataset: Dataset): Removal {
  const few = Array.from(head(linksOf(dataset), removals))
  const { perSecond } = timedOnce(few, ({ from, to, edge }) => void graph.unlink(from, to, edge))
  const turn = timedOnce(turns(graph), () => void graph.removeNode(nameOf(0), removalsPerTurn))
  return { unlinksPerSecond: perSecond, turn }
}

/** One after the other until nothing touches the node of most edges. */
function* turns(graph: Graph): Generator<number> {
  for (;;) {
    const { in: reaching, out: leaving } = graph.degree(nameOf(0))
    if (reaching + leaving === 0) return
    yield reaching + leaving
  }
}

function* head(links: Iterable<Link>, count: number): Generator<Link> {
  let left = count
  for (const link of links) {
    if (left-- === 0) return
    yield link
  }
}

function anyoneOf({ nodes, seed }: Dataset): () => string {
  const random = seededRandom(seed + 1).fraction
  return () => nameOf(Math.floor(random() * nodes))
}
