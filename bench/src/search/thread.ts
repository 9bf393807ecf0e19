/** The index in a thread of its own, with the heap that a service's thread has: what is put, asked and measured. */

import { Budget } from '@ron/services/index/budget'
import { InvertedIndex } from '@ron/services/index/text/inverted-index'
import { parseSearch } from '@ron/services/index/text/search-query'
import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parentPort, workerData } from 'node:worker_threads'
import { docOf, kinds, numbersFrom, type Question } from './docs.ts'

/** Documents put between two looks at the processor's time. */
const batch = 1_000
/** Of each kind of query, to warm up and to measure. */
const warmups = 300
const queries = 1_000

export interface Timing {
  readonly name: string
  /** Milliseconds of each query by itself. */
  readonly times: readonly number[]
}

export interface SearchFound {
  readonly docs: number
  /** By the clock, and in a second of the processor's time. */
  readonly docsPerSecond: number
  readonly docsPerCpuSecond: number
  /** What each document took to be put and read, and the longest of them; garbage collection included. */
  readonly steps: Float64Array
  readonly longestMs: number
  readonly heapBytesPerDoc: number
  readonly bufferBytesPerDoc: number
  readonly words: number
  readonly timings: readonly Timing[]
  /** What documents of any age took to be removed and put again. */
  readonly replaced: readonly number[]
}

const { size, seed }: { size: number; seed: number } = workerData
const budget = (things: string) => new Budget(things, 2 ** 40, `raise ${things}`)
const words = budget('words')
const index = new InvertedIndex({ docs: budget('docs'), textBytes: budget('bytes'), words }, seed)

const before = memory()
const { steps, cpuMs } = fill()
const held = memory()
const found: SearchFound = {
  docs: size,
  docsPerSecond: (1_000 * size) / steps.reduce((sum, ms) => sum + ms, 0),
  docsPerCpuSecond: (1_000 * size) / cpuMs,
  longestMs: steps.reduce((longest, ms) => Math.max(longest, ms), 0),
  steps,
  heapBytesPerDoc: (held.heap - before.heap) / size,
  bufferBytesPerDoc: (held.buffers - before.buffers) / size,
  words: words.used,
  timings: kinds.map(({ name, ask }) => ({ name, times: timed(ask) })),
  replaced: replaced(),
}
parentPort?.postMessage(found)

/** As the service does it; milliseconds by the clock for each document, and by the processor for all. */
function fill(): { steps: Float64Array; cpuMs: number } {
  const next = numbersFrom(seed)
  const steps = new Float64Array(size)
  let cpuMs = 0
  for (let nth = 0; nth < size; nth += batch) {
    const docs = Array.from({ length: Math.min(batch, size - nth) }, (_, i) => docOf(nth + i, next))
    const cpuBefore = cpuTime()
    for (const [i, doc] of docs.entries()) {
      const started = performance.now()
      index.ensureRoom(doc)
      index.put(doc)
      index.read(Infinity)
      steps[nth + i] = performance.now() - started
    }
    cpuMs += cpuTime() - cpuBefore
  }
  return { steps, cpuMs }
}

function timed(ask: (next: () => number) => Question): number[] {
  const next = numbersFrom(seed + 1)
  const questions = Array.from({ length: queries }, () => ask(next))
  for (const question of questions.slice(0, warmups)) answer(question)
  return questions.map((question) => {
    const started = performance.now()
    answer(question)
    return performance.now() - started
  })
}

function answer({ q, prefix = false, fuzzy = false, tag }: Question): void {
  const parsed = parseSearch(q)
  assert.ok(parsed.ok)
  const filter = tag === undefined ? {} : { tag }
  index.search({ query: parsed.query, offset: 0, limit: 10, prefix, fuzzy, ...filter })
}

function replaced(): number[] {
  const next = numbersFrom(seed + 2)
  return Array.from({ length: 2_000 }, () => {
    const doc = index.get(`doc:${Math.floor(size * next())}`)
    assert.ok(doc !== undefined)
    const started = performance.now()
    index.remove(doc.id)
    index.put(doc)
    index.read(Infinity)
    return performance.now() - started
  })
}

/** After a collection, which a thread has to ask for in a roundabout way. */
function memory(): { heap: number; buffers: number } {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return { heap: heapUsed, buffers: arrayBuffers }
}

/** Milliseconds that the processor spent on this process. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
