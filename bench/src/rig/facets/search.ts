/**
 * Full-text search at three sizes, in one thread as the service has it: what a document takes to be put and to be kept,
 * and what queries take; SQLite's FTS5, PostgreSQL and Xapian have the same documents and are asked the same.
 */

import { measureIndex } from '../../search/in-thread.ts'
import { kindsAsked, writeCorpus, type PeerFound, type SearchPeer } from '../../search/peer.ts'
import { postgres } from '../../search/postgres.ts'
import { fts5, xapian } from '../../search/python.ts'
import type { SearchFound } from '../../search/thread.ts'
import { percentile } from '../../spread.ts'
import { figure } from '../figures.ts'
import type { Facet, Measured } from '../rows.ts'
import { scaled } from '../scale.ts'

const docsPerSecondMin = 40_000
const [twoWords = ''] = kindsAsked
const twoWordsMsMax = 10
/** Xapian is the mark; what it does is shown, and no limit. */
const contenders: readonly { readonly peer: SearchPeer; readonly ratioMin: number | null }[] = [
  { peer: fts5, ratioMin: 1 },
  { peer: postgres, ratioMin: 1 },
  { peer: xapian, ratioMin: null },
]

export const search: Facet = {
  name: 'search',
  title: 'Search',
  sizes,
  async measure({ seed, scale }) {
    const { docsLeast: least, docsMiddle: middle, docs: most } = sizes(scale)
    const corpus = writeCorpus(most, seed)
    try {
      const rows: Measured[] = []
      for (const docs of [least, middle, most]) {
        const found = await measureIndex(docs, seed)
        rows.push(...alone(found, docs === most))
        if (docs === least) continue
        for (const { peer, ratioMin } of contenders)
          rows.push(...beside(found, peer.name, await peer.measure(corpus, docs), ratioMin))
      }
      return rows
    } finally {
      corpus.remove()
    }
  },
}

function sizes(scale: number) {
  const docs = scaled(1_000_000, scale, 10_000)
  return { docsLeast: Math.floor(docs / 100), docsMiddle: Math.floor(docs / 10), docs }
}

function alone(found: SearchFound, isMost: boolean): readonly Measured[] {
  const { steps, heapBytesPerDoc: heap, bufferBytesPerDoc: buffers } = found
  const name = nameOf(found)
  const common = { peer: null, limit: null, samples: found.docs } as const
  const millis = (percent: number) => figure(percentile(steps, percent))
  return [
    {
      ...common,
      work: `${name}: put and read`,
      unit: 'documents/s',
      better: 'more',
      ours: found.docsPerSecond,
      limit: { of: 'ours', value: docsPerSecondMin },
      note:
        `${figure(found.docsPerCpuSecond)} in a second of the processor; ` +
        `one took p50 ${millis(50)}, p99 ${millis(99)}, p99.9 ${millis(99.9)}, at most ${figure(found.longestMs)} ms`,
    },
    {
      ...common,
      work: `${name}: memory`,
      unit: 'bytes a document',
      better: 'less',
      ours: heap + buffers,
      note: `${figure(heap)} of them in the heap; ${figure(found.words)} different words and tags`,
    },
    {
      ...common,
      work: `${name}: remove and put again, p99`,
      unit: 'ms',
      better: 'less',
      ours: percentile(found.replaced, 99),
      samples: found.replaced.length,
    },
    ...found.timings
      // Every way to ask is measured at every size, and shown at the largest.
      .filter((timing) => isMost || timing.name === twoWords)
      .map(({ name: kind, times }): Measured => ({
        ...common,
        work: `${name}: ${kind}, p95`,
        unit: 'ms',
        better: 'less',
        ours: percentile(times, 95),
        samples: times.length,
        limit: isMost && kind === twoWords ? { of: 'ours', value: twoWordsMsMax } : null,
        note: `${figure(rate(times))} a second; p50 ${figure(percentile(times, 50))}, p99 ${figure(percentile(times, 99))} ms`,
      })),
  ]
}

/** Documents and queries a second, one after the other, by the clock. */
function beside(
  found: SearchFound,
  peer: string,
  theirs: PeerFound | null,
  ratioMin: number | null,
): readonly Measured[] {
  const name = nameOf(found)
  const common = {
    better: 'more',
    ...(theirs === null ? {} : { note: `version ${theirs.version}` }),
  } as const
  return [
    {
      ...common,
      work: `${name}: put, beside ${peer}`,
      unit: 'documents/s',
      ours: found.docsPerSecond,
      samples: found.docs,
      peer: { name: peer, value: theirs?.docsPerSecond ?? null },
      limit: null,
    },
    ...kindsAsked.map((kind): Measured => {
      const ours = found.timings.find((timing) => timing.name === kind)?.times ?? []
      const [any, all] = [theirs?.any[kind] ?? null, theirs?.all[kind] ?? []]
      return {
        ...common,
        work: `${name}: ${kind}, beside ${peer}`,
        unit: 'queries/s',
        ours: rate(ours),
        samples: ours.length,
        peer: { name: peer, value: any === null ? null : rate(any) },
        limit: ratioMin === null ? null : { of: 'ratio', value: ratioMin },
        ...(any === null ? {} : { note: asked(ours, any, all) }),
      }
    }),
  ]
}

function asked(ours: readonly number[], any: readonly number[], all: readonly number[]): string {
  const p95 = (times: readonly number[]) => figure(percentile(times, 95))
  return (
    `p95 ${p95(ours)} ms beside ${p95(any)}, of ${any.length} queries; ` +
    `asked for documents that have all of the words it answers ${figure(rate(all))} a second`
  )
}

function rate(times: readonly number[]): number {
  return (times.length * 1_000) / times.reduce((sum, ms) => sum + ms, 0)
}

function nameOf({ docs }: SearchFound): string {
  return `${docs.toLocaleString('en')} documents`
}
