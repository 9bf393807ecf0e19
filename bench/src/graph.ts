/**
 * `node bench/dist/graph.js [--nodes N] [--seed S]`: what the graph costs at ten thousand, a hundred thousand and
 * a million nodes with ten edges each, so that a cost which grows faster than the work can be seen; beside it
 * SQLite and PostgreSQL with the same edges, at a size that both load in seconds.
 */

import { parseArgs } from 'node:util'
import { edgesPerNode, shapes, type Dataset } from './graph/dataset.ts'
import { journaled } from './graph/journaled.ts'
import { emptyGraph, load, mutuals, removal, walks } from './graph/ours.ts'
import { peers, type PeerRates } from './graph/peers.ts'
import type { Once, Timing } from './graph/timed.ts'
import { machineLines } from './machine.ts'

const { values: flags } = parseArgs({
  options: { nodes: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
})
const [nodesMax, seed] = [Number(flags.nodes), Number(flags.seed)]
if (!(nodesMax >= 1_000)) throw new RangeError(`--nodes ${flags.nodes}: at least 1000 are needed`)
if (!Number.isSafeInteger(seed)) throw new RangeError(`--seed ${flags.seed}: a whole number is needed`)

/** Where PostgreSQL's rates of reference were measured. */
const nodesOfPeers = 100_000
const sizes = [nodesMax / 100, nodesMax / 10, nodesMax].map(Math.floor)

const print = (line: string) => void process.stdout.write(`${line}\n`)
const count = (value: number) => Math.round(value).toLocaleString('en')
const ms = (value: number) => `${value.toFixed(value < 1 ? 3 : 1)} ms`

print(machineLines())
for (const shape of shapes) {
  for (const nodes of sizes) {
    const dataset = { nodes, edges: nodes * edgesPerNode, shape, seed }
    measure(dataset)
    await printJournal(dataset)
    if (shape === 'uniform' && nodes === Math.min(nodesOfPeers, nodesMax)) await printPeers(dataset)
  }
}

function measure(dataset: Dataset): void {
  const graph = emptyGraph(dataset.seed)
  const { linksPerSecond, longest, edges, nodes, bytes } = load(graph, dataset)
  print(`\n${count(nodes)} nodes, ${count(edges)} edges, ${dataset.shape}`)
  print(
    row(
      'link',
      `${count(linksPerSecond)} edges/s   a thousand at most ${most(longest)}   aim: 10 M in a minute`,
    ),
  )
  print(
    row(
      'memory',
      `${(bytes / edges).toFixed(1)} bytes an edge   ${count(bytes / nodes)} a node, edges and all`,
    ),
  )
  for (const [hops, neighborsMax, aim] of [
    [1, 16, ''],
    [1, 100, '   aim: p95 ≤ 2 ms'],
    [2, 16, ''],
    [2, 128, ''],
    [3, 128, ''],
  ] as const) {
    print(
      row(`${hops} hops, ${neighborsMax} at most`, spread(walks(graph, dataset, hops, neighborsMax)) + aim),
    )
  }
  print(row('mutuals', spread(mutuals(graph, dataset))))
  const { unlinksPerSecond, turn } = removal(graph, dataset)
  print(row('unlink', `${count(unlinksPerSecond)} edges/s`))
  print(row('remove a node', `a turn at most ${most(turn)}`))
}

async function printJournal(dataset: Dataset): Promise<void> {
  const { linksPerSecond, longestBatchMs, bytesPerEdge, snapshotMs, replayedPerSecond } =
    await journaled(dataset)
  print(row('link by the journal', `${count(linksPerSecond)} edges/s   longest batch ${ms(longestBatchMs)}`))
  print(row('snapshot', `${bytesPerEdge.toFixed(1)} bytes an edge   ${ms(snapshotMs)}`))
  print(row('replay', `${count(replayedPerSecond)} edges/s`))
}

/** The peers, and beside them what we answer on the same edges at the same moment. */
async function printPeers(dataset: Dataset): Promise<void> {
  const { sqlite, postgres } = await peers(dataset)
  const graph = emptyGraph(dataset.seed)
  load(graph, dataset)
  const ours = [walks(graph, dataset, 1, 100), walks(graph, dataset, 2, 128)].map(
    ({ perSecond }) => perSecond,
  )
  print(`\nthe same ${count(dataset.edges)} edges elsewhere, queries/s; aim: × 2 at one hop and × 10 at two`)
  printPeer('SQLite', sqlite, ours)
  printPeer('PostgreSQL', postgres, ours)
}

function printPeer(name: string, rates: PeerRates | null, ours: readonly number[]): void {
  if (rates === null) return print(row(name, 'absent'))
  const parts = [rates.oneHopPerSecond, rates.twoHopsPerSecond].map((theirs, i) => {
    const mine = ours[i] ?? Number.NaN
    return `${i + 1} hops ${count(theirs)}, ours ${count(mine)}, ratio ${(mine / theirs).toFixed(1)}`
  })
  print(row(name, parts.join('   ')))
}

function spread({ perSecond, p50Ms, p95Ms, p99Ms }: Timing): string {
  return `${count(perSecond).padStart(9)}/s   p50 ${ms(p50Ms)}   p95 ${ms(p95Ms)}   p99 ${ms(p99Ms)}`
}

function most({ longestMs, longestCpuMs }: Pick<Once, 'longestMs' | 'longestCpuMs'>): string {
  return `${ms(longestMs)}, ${ms(longestCpuMs)} of processor time`
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(22)} ${text}`
}
