/**
 * One request and its answer on node:http. It ends exactly once: answered in full, or with its client gone; then its
 * connection is told.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { Refusal } from '@ron/kernel/contract/refusals'
import { hasNoBody, nowhere } from './bodiless.ts'
import type { Deadline, Deadlines } from './deadlines.ts'
import type { HeaderBlock } from './header-block.ts'
import type { Exchange, RequestHead, ResponseStream } from './listener.ts'
import { writeHead } from './node-head.ts'
import type { LineRequest, NodeLine } from './node-line.ts'
import { NodeStream, pieceBytes } from './node-stream.ts'
import { RequestBody } from './request-body.ts'

/** A client that sends on after an early answer is read this far before the connection ends. */
const lingerBytesMax = 4 * 2 ** 20

/** What all exchanges of a listener share. */
export interface NodeHost {
  /** From the start of a request to the end of its body. */
  readonly reading: Deadlines<NodeExchange>
  /** Without progress while the client receives. */
  readonly writing: Deadlines<NodeExchange>
  /** From an early answer to the end of the body it did not wait for. */
  readonly lingering: Deadlines<NodeExchange>
  /** Whether the connection ends with this answer, because the listener does. */
  draining(): boolean
  /** It is the turn of this one. */
  began(exchange: NodeExchange): void
  /** Called once for each that began, when nothing is owed any more. */
  done(): void
}

export class NodeExchange implements Exchange, LineRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: RequestHead['headers']
  readonly fault: Refusal | null
  protected readonly request: IncomingMessage
  protected readonly response: ServerResponse
  protected readonly line: NodeLine
  readonly #host: NodeHost
  readonly #body: RequestBody
  /** The client sends its body when it is told to go on. */
  #expects: boolean
  /** What is left of the body will not come, or is no body. */
  #failed = false
  #answered = false
  #last = false
  #done = false
  #aborted = false
  /** What it waits for. One thing at a time: the body, then the client. */
  #deadline: Deadline | null = null
  /** Bytes of body that had come when it was answered before it was whole. */
  #lingersFrom: number | null = null
  #stream: NodeStream | null = null
  #onAbort = () => {}

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    head: RequestHead,
    framing: { readonly bodyBytes: number | null | Refusal; readonly expects: boolean },
    line: NodeLine,
    host: NodeHost,
  ) {
    this.request = request
    this.response = response
    this.line = line
    this.#host = host
    this.method = head.method
    this.path = head.path
    this.query = head.query
    this.headers = head.headers
    const { bodyBytes } = framing
    this.fault = bodyBytes instanceof Refusal ? bodyBytes : null
    this.#body = new RequestBody(bodyBytes instanceof Refusal ? 0 : bodyBytes)
    this.#expects = framing.expects
  }

  get bodyBytes(): number | null {
    return this.#body.declared
  }

  get doubtful(): boolean {
    return this.fault !== null
  }

  get peer(): string {
    return this.line.peer
  }

  get client(): readonly string[] {
    return this.line.client
  }

  get aborted(): boolean {
    return this.#aborted
  }

  onAbort(task: () => void): void {
    this.#onAbort = task
    if (this.#aborted) task()
  }

  begin(): void {
    this.response.on('finish', () => this.finish())
    this.response.on('close', () => this.#left())
    if (!this.#body.whole) {
      this.#waitFor('reading')
      this.request.on('data', (piece: Uint8Array) => this.#received(piece))
      this.request.on('end', () => this.#ended())
      this.request.on('error', () => {})
    }
    this.#host.began(this)
  }

  readBody(bytesMax: number): Promise<Uint8Array> {
    const body = this.#body.read(bytesMax)
    if (this.#expects && !this.#done && !this.#body.lost) this.response.writeContinue()
    this.#expects = false
    this.request.resume()
    return body
  }

  respond(status: number, headers: HeaderBlock, body: Uint8Array): void {
    this.answerOnce()
    if (this.#aborted) return
    const bodiless = this.method === 'HEAD' || hasNoBody(status)
    this.#begin(status, headers, hasNoBody(status) ? null : body.length)
    if (bodiless) this.#written()
    else if (body.length > pieceBytes) this.#streamed(body.length).write(body)
    else if (this.#endsWell) this.#end(body)
    else {
      this.response.write(body)
      this.#written()
    }
  }

  openStream(status: number, headers: HeaderBlock): ResponseStream {
    if (!this.#answersInParts()) return nowhere
    this.#begin(status, headers, null)
    this.response.flushHeaders()
    return this.#streamed(null)
  }

  openBody(status: number, headers: HeaderBlock, bytes: number): ResponseStream {
    if (!this.#answersInParts()) return nowhere
    this.#begin(status, headers, bytes)
    if (this.method !== 'HEAD') return this.#streamed(bytes)
    this.#written()
    return nowhere
  }

  /** The body took too long. Whoever waits for it answers; the connection ends with that answer. */
  expire(): void {
    this.#fail(new Refusal('RequestTimeout', 'the body did not arrive in time; send it faster or in parts'))
  }

  broken(): void {
    if (this.#body.whole) return
    if (this.#lingersFrom !== null) this.stopLingering()
    else this.#fail(new Refusal('BadRequest', 'the body is not in the chunks that were announced'))
  }

  /** Ends the connection at once. */
  close(): void {
    this.line.close()
  }

  /** The client did not finish its body; it has the answer and loses the connection. */
  stopLingering(): void {
    this.#last = true
    this.finish()
  }

  protected answerOnce(): void {
    if (this.#answered) throw new Error('an exchange is answered once')
    this.#answered = true
  }

  /** Nothing is owed any more; unless it is `left` to another owner, the connection goes on, or ends in order. */
  protected finish(left = false): void {
    if (this.#done) return
    this.#done = true
    this.#waitFor(null)
    this.#host.done()
    if (left) this.line.leave()
    else this.line.over(this.#last)
  }

  /** Whether there is anybody to answer. */
  #answersInParts(): boolean {
    if (this.#body.declared === null) throw new Error('a request in chunks is not answered in parts')
    this.answerOnce()
    return !this.#aborted
  }

  /** Everything of the request has come, so the library may end the answer and what it ends with that. */
  get #endsWell(): boolean {
    return this.#body.whole && this.fault === null
  }

  /** Of the body, so much that nobody waits for it, or nobody knows how much. */
  get #restIsFar(): boolean {
    const { whole, declared, received } = this.#body
    if (whole) return false
    return this.#failed || this.#expects || declared === null || declared - received > lingerBytesMax
  }

  #begin(status: number, headers: HeaderBlock, bytes: number | null): void {
    this.#last =
      this.doubtful ||
      this.#restIsFar ||
      this.line.last ||
      this.#host.draining() ||
      !this.response.shouldKeepAlive
    writeHead(this.response, status, headers, bytes, this.#last)
  }

  #streamed(bytes: number | null): NodeStream {
    this.#stream = new NodeStream(this.response, {
      bytes,
      waits: (waits) => this.#waitFor(waits ? 'writing' : null),
      whole: () => this.#written(),
      cut: () => this.line.socket.destroySoon(),
    })
    return this.#stream
  }

  #end(body?: Uint8Array): void {
    this.#waitFor('writing')
    this.response.end(body)
  }

  /** The whole answer is written. The body it did not wait for is read away, for a while. */
  #written(): void {
    if (this.#endsWell) return this.#end()
    this.response.flushHeaders()
    this.#body.fail(new Refusal('BadRequest', 'the request was answered before its body came'))
    if (this.#last) this.finish()
    else {
      this.#lingersFrom = this.#body.received
      this.#waitFor('lingering')
    }
    this.request.resume()
  }

  #received(piece: Uint8Array): void {
    this.#body.take(piece)
    if (this.#lingersFrom === null) {
      if (this.#body.ahead) this.request.pause()
    } else if (this.#body.received - this.#lingersFrom > lingerBytesMax) this.stopLingering()
  }

  #ended(): void {
    if (this.#done) return
    this.#body.end()
    if (this.#lingersFrom !== null) this.#end()
    else if (!this.#answered) this.#waitFor(null)
  }

  #fail(refusal: Refusal): void {
    this.#failed = true
    this.#body.fail(refusal)
    this.request.resume()
  }

  #left(): void {
    if (this.#done) return
    this.#aborted = true
    this.#body.fail(new Refusal('BadRequest', 'the client left before its request was whole'))
    this.finish()
    this.#stream?.gone()
    this.#onAbort()
  }

  #waitFor(what: 'reading' | 'writing' | 'lingering' | null): void {
    this.#deadline?.clear()
    this.#deadline = what === null ? null : this.#host[what].start(this)
  }
}
