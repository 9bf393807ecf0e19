/**
 * What a node's worker threads hold, as their inspector tells it: the texts of a heap in a snapshot, and the bytes of
 * every buffer that the thread can reach, which no snapshot has.
 */

import type { NodeProcess } from './node-process.ts'
import { ThreadInspector, type WorkerSession } from './thread-inspector.ts'

export interface ThreadHeap {
  readonly name: string
  /** The snapshot as it came: every text in the heap is in it. */
  readonly text: string
}

/** Asks one thread after the other. */
export async function heapsOf(node: NodeProcess): Promise<readonly ThreadHeap[]> {
  const inspector = await ThreadInspector.open(node)
  const heaps: ThreadHeap[] = []
  for (const worker of inspector.workers) {
    await inspector.ask(worker, 'HeapProfiler.takeHeapSnapshot', {})
    heaps.push({ name: worker.title, text: inspector.takeChunks() })
  }
  inspector.close()
  return heaps
}

export interface Searched {
  readonly name: string
  /** Buffers that were looked into, those that threads share included. */
  readonly buffers: number
  /** Needles that are in one of them, in hex. */
  readonly found: readonly string[]
  /** What the thread was started with: its `workerData`, its environment and its arguments, as text. */
  readonly birth: string
}

/** Looks for these bytes in all buffers of all worker threads. */
export async function searchedThreads(
  node: NodeProcess,
  needles: readonly Uint8Array[],
): Promise<readonly Searched[]> {
  const inspector = await ThreadInspector.open(node)
  const hex = needles.map((bytes) => Buffer.from(bytes).toString('hex'))
  const searched: Searched[] = []
  for (const worker of inspector.workers) {
    const kinds = await Promise.all(
      ['ArrayBuffer', 'SharedArrayBuffer'].map((kind) => searchedBuffers(inspector, worker, kind, hex)),
    )
    searched.push({
      name: worker.title.replace(/^\[worker \d+\] /, ''),
      buffers: kinds.reduce((sum, { buffers }) => sum + buffers, 0),
      found: [...new Set(kinds.flatMap(({ found }) => found))],
      birth: await evaluated(inspector, worker, birth),
    })
  }
  inspector.close()
  return searched
}

interface Look {
  readonly buffers: number
  readonly found: readonly string[]
}

async function searchedBuffers(
  inspector: ThreadInspector,
  worker: WorkerSession,
  kind: string,
  hex: readonly string[],
): Promise<Look> {
  const prototype = await inspector.ask(worker, 'Runtime.evaluate', { expression: `${kind}.prototype` })
  const { objects } = await inspector.ask(worker, 'Runtime.queryObjects', {
    prototypeObjectId: prototype.result?.objectId,
  })
  const { result } = await inspector.ask(worker, 'Runtime.callFunctionOn', {
    objectId: objects?.objectId,
    functionDeclaration: look,
    arguments: [{ value: hex }],
    returnByValue: true,
  })
  return JSON.parse(result?.value ?? '')
}

async function evaluated(
  inspector: ThreadInspector,
  worker: WorkerSession,
  expression: string,
): Promise<string> {
  const { result } = await inspector.ask(worker, 'Runtime.evaluate', { expression, returnByValue: true })
  if (result?.value === undefined) throw new Error(`${worker.title} says nothing of how it was started`)
  return result.value
}

/** Runs in the thread, on a list of its buffers. */
const look = `function (needles) {
  // Each in memory of its own, which did not exist when the buffers were listed.
  const sought = needles.map((hex) => {
    const bytes = Buffer.alloc(hex.length / 2)
    bytes.write(hex, 'hex')
    return { hex, bytes }
  })
  const found = new Set()
  for (const buffer of this) {
    const all = Buffer.from(buffer)
    for (const { hex, bytes } of sought) if (all.includes(bytes)) found.add(hex)
  }
  return JSON.stringify({ buffers: this.length, found: [...found] })
}`

const birth = `(() => {
  const { workerData } = process.getBuiltinModule('node:worker_threads')
  const { inspect } = process.getBuiltinModule('node:util')
  // Without what is in its buffers, which are searched by themselves.
  const all = { depth: 12, showHidden: true, maxArrayLength: 8, maxStringLength: null }
  return [workerData, process.env, process.argv, process.execArgv].map((one) => inspect(one, all)).join('\\n')
})()`
