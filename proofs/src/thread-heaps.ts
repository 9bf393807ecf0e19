/**
 * What lies in the heaps of a node's worker threads, as their inspector tells it: a snapshot of each. It needs a node
 * that was started with `inspected` in its environment.
 */

import { once } from 'node:events'
import { WebSocket } from 'ws'
import { inTime } from './eventually.ts'
import type { NodeProcess } from './node-process.ts'
import { inspectorOf } from './thread-killer.ts'

export interface ThreadHeap {
  readonly name: string
  /** The snapshot as it came: every text in the heap is in it. */
  readonly text: string
}

interface Said {
  readonly id?: number
  readonly method?: string
  readonly params?: {
    readonly sessionId?: string
    readonly message?: string
    readonly chunk?: string
    readonly workerInfo?: { readonly title?: string }
  }
}

/** Asks one thread after the other. */
export async function heapsOf(node: NodeProcess): Promise<readonly ThreadHeap[]> {
  const socket = new WebSocket(inspectorOf(node), { perMessageDeflate: false, maxPayload: 0 })
  await once(socket, 'open')
  const inspector = new Inspector(socket)
  await inspector.ask('NodeWorker.enable', { waitForDebuggerOnStart: false })
  const heaps: ThreadHeap[] = []
  for (const [sessionId, name] of inspector.workers) {
    heaps.push({ name, text: await inspector.heapOf(sessionId) })
  }
  socket.close()
  return heaps
}

class Inspector {
  /** Session → title of the thread. */
  readonly workers = new Map<string, string>()
  readonly #socket: WebSocket
  readonly #waiting = new Map<string, () => void>()
  #chunks: string[] = []
  #lastId = 0

  constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer) => this.#heard(JSON.parse(data.toString()), ''))
  }

  async ask(method: string, params: object): Promise<void> {
    const id = ++this.#lastId
    this.#socket.send(JSON.stringify({ id, method, params }))
    await this.#answered(`${id}`)
  }

  async heapOf(sessionId: string): Promise<string> {
    this.#chunks = []
    const id = ++this.#lastId
    const message = JSON.stringify({ id, method: 'HeapProfiler.takeHeapSnapshot', params: {} })
    this.#socket.send(
      JSON.stringify({
        id: ++this.#lastId,
        method: 'NodeWorker.sendMessageToWorker',
        params: { sessionId, message },
      }),
    )
    await this.#answered(`${sessionId}${id}`)
    return this.#chunks.join('')
  }

  #answered(key: string): Promise<void> {
    return inTime(`the inspector's answer ${key}`, new Promise((resolve) => this.#waiting.set(key, resolve)))
  }

  #heard({ id, method, params = {} }: Said, from: string): void {
    if (id !== undefined) this.#waiting.get(`${from}${id}`)?.()
    const { sessionId = '', message, chunk, workerInfo } = params
    if (method === 'NodeWorker.attachedToWorker') this.workers.set(sessionId, workerInfo?.title ?? '')
    if (method === 'HeapProfiler.addHeapSnapshotChunk' && chunk !== undefined) this.#chunks.push(chunk)
    if (method === 'NodeWorker.receivedMessageFromWorker' && message !== undefined)
      this.#heard(JSON.parse(message), sessionId)
  }
}
