/** The index with its journal: batches that are recorded and applied, a snapshot, and the replay after a fall. */

import { newJournalMemory } from '@ron/kernel/arena/journal-segment'
import type { Log } from '@ron/kernel/ports/log'
import { Records } from '@ron/services/index/changes/record'
import { Keeper } from '@ron/services/index/keeper'
import { Projection } from '@ron/services/index/projection'
import { ownedJournal } from '../messages.ts'
import { batchesOf, linksPerBatch, type Dataset } from './dataset.ts'
import { timedOnce } from './timed.ts'

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }
const tenant = '0'.repeat(32)
const limits = { edgesMax: 5e7, nodesMax: 1.6e7, docsMax: 1, textBytesMax: 1, wordsMax: 1 }
const journalBytesMax = 2 ** 30

export interface Journaled {
  readonly linksPerSecond: number
  /** The longest batch, with the compaction it may have set off. */
  readonly longestBatchMs: number
  readonly bytesPerEdge: number
  readonly snapshotMs: number
  readonly replayedPerSecond: number
}

/** One for every dataset, so that it is no part of what a graph is seen to take. */
const memory = newJournalMemory(journalBytesMax)

export async function journaled(dataset: Dataset): Promise<Journaled> {
  const journal = ownedJournal(memory)
  const begin = () => new Projection(limits, dataset.seed)
  const keeper = await Keeper.open(begin, journal, silent)
  const batches = timedOnce(batchesOf(dataset), (links) => void keeper.keep({ kind: 'link', tenant, links }))
  const edges = keeper.projection.graphs.use(tenant, (graph) => graph.size)

  const snapshotAtMs = performance.now()
  journal.compact(new Records().encodeAll(keeper.projection.snapshot()))
  const snapshotMs = performance.now() - snapshotAtMs
  keeper.projection.clear()
  const replayAtMs = performance.now()
  const again = ownedJournal(memory)
  await Keeper.open(begin, again, silent)
  const replaySeconds = (performance.now() - replayAtMs) / 1_000
  const bytesPerEdge = again.bytes / edges
  again.compact([])
  return {
    linksPerSecond: batches.perSecond * linksPerBatch,
    longestBatchMs: batches.longestMs,
    bytesPerEdge,
    snapshotMs,
    replayedPerSecond: edges / replaySeconds,
  }
}
