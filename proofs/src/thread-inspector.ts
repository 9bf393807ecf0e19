/**
 * The threads of a running node as their inspector shows them, spares included. It needs a node that was started with
 * `inspected` in its environment.
 */

import { once } from 'node:events'
import { WebSocket } from 'ws'
import { inTime } from './eventually.ts'
import type { NodeProcess } from './node-process.ts'
import { inspectorOf } from './thread-killer.ts'

/** Something in the thread: a handle to it, or its text where that was asked for. */
interface Remote {
  readonly objectId?: string
  readonly value?: string
}

export interface Answer {
  readonly result?: Remote
  readonly objects?: Remote
}

interface Said {
  readonly id?: number
  readonly method?: string
  readonly result?: Answer
  readonly error?: { readonly message: string }
  readonly params?: {
    readonly sessionId?: string
    readonly message?: string
    readonly chunk?: string
    readonly workerInfo?: { readonly title?: string }
  }
}

export interface WorkerSession {
  readonly sessionId: string
  /** Of the thread: the name of its service, with a number before it. */
  readonly title: string
}

export class ThreadInspector {
  readonly #workers: WorkerSession[] = []
  readonly #socket: WebSocket
  /** By session and id of the question; the main thread has the empty session. */
  readonly #waiting = new Map<string, (said: Said) => void>()
  readonly #chunks: string[] = []
  #ended = 0
  /** Who waits for an event of the main thread, by its method. */
  readonly #awaited = new Map<string, (sessionId: string) => void>()
  #lastId = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer) => this.#heard(JSON.parse(data.toString()), ''))
  }

  /** Knows of the main thread only. */
  static async ofMain(node: NodeProcess): Promise<ThreadInspector> {
    const socket = new WebSocket(inspectorOf(node), { perMessageDeflate: false, maxPayload: 0 })
    await once(socket, 'open')
    return new ThreadInspector(socket)
  }

  static async open(node: NodeProcess): Promise<ThreadInspector> {
    const inspector = await ThreadInspector.ofMain(node)
    await inspector.attach()
    return inspector
  }

  /** Resolves when all threads that there are have been told of. */
  async attach(): Promise<void> {
    this.#workers.length = 0
    await this.askMain('NodeWorker.enable', { waitForDebuggerOnStart: false })
  }

  /** Lets go of the threads: one that is attached does not end while the main thread stands still. */
  async detach(): Promise<void> {
    await this.askMain('NodeWorker.disable', {})
  }

  get workers(): readonly WorkerSession[] {
    return this.#workers
  }

  /** Threads that have ended since. */
  get ended(): number {
    return this.#ended
  }

  /** Says something to one thread that it may not live to answer. */
  tell({ sessionId }: WorkerSession, method: string, params: object): void {
    const message = JSON.stringify({ id: ++this.#lastId, method, params })
    const to = { sessionId, message }
    this.#socket.send(
      JSON.stringify({ id: ++this.#lastId, method: 'NodeWorker.sendMessageToWorker', params: to }),
    )
  }

  /** Asks one thread. Rejects when it complains. */
  async ask({ sessionId }: WorkerSession, method: string, params: object): Promise<Answer> {
    const id = ++this.#lastId
    const answer = this.#answer(sessionId, id)
    const message = JSON.stringify({ id, method, params })
    await this.askMain('NodeWorker.sendMessageToWorker', { sessionId, message })
    return resultOf(method, await answer)
  }

  /** Asks the main thread. Rejects when it complains. */
  async askMain(method: string, params: object): Promise<Answer> {
    const id = ++this.#lastId
    const answer = this.#answer('', id)
    this.#socket.send(JSON.stringify({ id, method, params }))
    return resultOf(method, await answer)
  }

  /** Resolves when the main thread next tells this, for a worker with its session. */
  told(method: string): Promise<string> {
    const told = new Promise<string>((resolve) => this.#awaited.set(method, resolve))
    return inTime(`the inspector to tell ${method}`, told).finally(() => this.#awaited.delete(method))
  }

  /** The pieces of heap snapshots that came since this was asked last, joined. */
  takeChunks(): string {
    return this.#chunks.splice(0).join('')
  }

  close(): void {
    this.#socket.close()
  }

  #answer(sessionId: string, id: number): Promise<Said> {
    const key = `${sessionId} ${id}`
    const said = new Promise<Said>((resolve) => this.#waiting.set(key, resolve))
    return inTime(`the inspector's answer ${key}`, said).finally(() => this.#waiting.delete(key))
  }

  #heard(said: Said, from: string): void {
    const { id, method, params = {} } = said
    if (id !== undefined) this.#waiting.get(`${from} ${id}`)?.(said)
    const { sessionId = '', message, chunk, workerInfo } = params
    if (method !== undefined && from === '') this.#awaited.get(method)?.(sessionId)
    if (method === 'NodeWorker.attachedToWorker')
      this.#workers.push({ sessionId, title: workerInfo?.title ?? '' })
    if (method === 'NodeWorker.detachedFromWorker') this.#ended++
    if (method === 'HeapProfiler.addHeapSnapshotChunk' && chunk !== undefined) this.#chunks.push(chunk)
    if (method === 'NodeWorker.receivedMessageFromWorker' && message !== undefined)
      this.#heard(JSON.parse(message), sessionId)
  }
}

function resultOf(method: string, { result = {}, error }: Said): Answer {
  if (error !== undefined) throw new Error(`${method}: ${error.message}`)
  return result
}
