/**
 * One request and its answer on uWebSockets.js: the only owner of the library's response object. It hears of the end from
 * its connection, never touches the response after that or after the last byte, and sees that no exchange ends in a state
 * in which the library would keep the connection without a timer.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import { hasNoBody, nowhere, withLength } from './bodiless.ts'
import type { Connection } from './connection.ts'
import type { Stray } from './connections.ts'
import type { Deadline } from './deadlines.ts'
import type { ExchangeHost } from './exchange-host.ts'
import type { HeaderBlock } from './header-block.ts'
import type { Exchange, RequestHead, ResponseStream } from './listener.ts'
import { RequestBody } from './request-body.ts'
import { UwsBody } from './uws-body.ts'
import { addressOf } from './uws-head.ts'
import {
  sendHeadOnly,
  sendLast,
  sendReply,
  writeHead,
  type NativeResponse,
  type Reply,
  type Sent,
} from './uws-response.ts'
import { UwsStream } from './uws-stream.ts'

/** A client that sends on after an early answer is read this far before the connection ends. */
const lingerBytesMax = 4 * 2 ** 20

export class UwsExchange implements Exchange, Stray {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: RequestHead['headers']
  /** It serves no TLS. */
  readonly client: readonly string[] = []
  readonly fault: Refusal | null
  readonly #native: NativeResponse
  protected readonly host: ExchangeHost
  readonly #body: RequestBody
  /** Null for a request whose connection cannot be told. */
  #connection: Connection | null = null
  #peer: string | null = null
  #held = false
  #expired = false
  /** Nothing that follows on its connection is taken for a request. */
  #last: boolean
  #answered = false
  #ending = false
  #closing = false
  #done = false
  #aborted = false
  /** What it waits for. One thing at a time: the body, then the client. */
  #deadline: Deadline | null = null
  #lingers: { readonly reply: Reply; readonly from: number } | null = null
  #stream: UwsStream | UwsBody | null = null
  #onAbort = () => {}

  constructor(
    native: NativeResponse,
    head: RequestHead,
    bodyBytes: number | null | Refusal,
    last: boolean,
    host: ExchangeHost,
  ) {
    this.#native = native
    this.method = head.method
    this.path = head.path
    this.query = head.query
    this.headers = head.headers
    this.fault = bodyBytes instanceof Refusal ? bodyBytes : null
    this.#last = last || this.fault !== null
    this.#body = new RequestBody(bodyBytes instanceof Refusal ? 0 : bodyBytes)
    this.host = host
    if (!this.#body.whole) this.#waitFor('reading')
  }

  get bodyBytes(): number | null {
    return this.#body.declared
  }

  /** Of its connection: to ask the library costs a request more than its head. */
  get peer(): string {
    this.#peer ??= this.#connection?.address || (this.#done ? '' : addressOf(this.#native))
    return this.#peer
  }

  get aborted(): boolean {
    return this.#aborted
  }

  onAbort(task: () => void): void {
    this.#onAbort = task
    if (this.#aborted) task()
  }

  readBody(bytesMax: number): Promise<Uint8Array> {
    const body = this.#body.read(bytesMax)
    if (this.#held && !this.#done) {
      this.#held = false
      this.#native.resume()
    }
    return body
  }

  arrivedOn(connection: Connection): void {
    this.#connection = connection
  }

  /** For a body that its connection will not bring. */
  listenForBody(): void {
    this.#native.onData((piece, last) => this.received(new Uint8Array(piece), last))
  }

  unreachable(): boolean {
    // The library forbids asking a response that is being closed.
    return this.#closing || addressOf(this.#native) === ''
  }

  received(piece: Uint8Array, last: boolean): void {
    if (this.#done) return
    if (this.#body.whole) {
      // What comes of a wrongly framed request is nobody's.
      if (this.fault === null) this.host.handle(this)
      return
    }
    if (piece.length > 0) this.#body.take(piece)
    if (this.#lingers !== null) this.#heardWhileLingering(this.#lingers)
    else if (this.#body.ahead && !last && !this.#held) {
      this.#held = true
      this.#native.pause()
    }
    // Acted on now, an answer could be sent and the next body listened for, which the library then forgets.
    if (last) this.host.later(() => this.#ended())
  }

  left(): void {
    if (this.#done) return
    if (this.#ending) {
      this.#finish(true)
      return
    }
    this.#aborted = true
    this.#body.fail(new Refusal('BadRequest', 'the client left before its request was whole'))
    this.#finish(true)
    this.#stream?.gone()
    this.#onAbort()
  }

  respond(status: number, headers: HeaderBlock, body: Uint8Array): void {
    this.#answerOnce()
    if (this.#aborted) return
    const reply = { status, headers, body }
    // A body that ends after its answer leaves the library's connection without a timer.
    if (!this.#body.whole && !this.#expired) this.#linger(reply)
    else this.#sendInTurn(reply)
  }

  openStream(status: number, headers: HeaderBlock): ResponseStream {
    if (!this.#answersInParts()) return nowhere
    const native = this.#native
    this.#stream = new UwsStream(
      native,
      this.host.closings,
      (waits) => this.#waitFor(waits ? 'writing' : null),
      (closed) => this.#finish(closed),
    )
    native.cork(() => writeHead(native, { status, headers }, this.#last))
    return this.#stream
  }

  openBody(status: number, headers: HeaderBlock, bytes: number): ResponseStream {
    if (!this.#answersInParts()) return nowhere
    if (this.method === 'HEAD') {
      this.#send({ status, headers, body: new Uint8Array(0) }, bytes)
      return nowhere
    }
    this.#stream = new UwsBody(this.#native, { status, headers }, bytes, {
      close: this.#last || this.host.draining(),
      ends: (send) => this.#ends(send),
      progress: (sent) => {
        if (sent === 'part' || sent === 'room') this.#waitFor(sent === 'part' ? 'writing' : null)
        else this.#finish(sent === 'closed')
      },
      // What was written goes out first: inside of the call that brought the request the library holds it back.
      cut: () => this.host.later(() => this.close()),
    })
    return this.#stream
  }

  /** The body took too long. Whoever waits for it answers; the connection ends with that answer. */
  expire(): void {
    this.#expired = this.#last = true
    const because = 'the body did not arrive in time; send it faster or in parts'
    this.#body.fail(new Refusal('RequestTimeout', because))
  }

  /** Ends the connection at once. */
  close(): void {
    if (this.#done) return
    this.#closing = true
    this.#native.close()
  }

  /** The client did not finish its body; it gets the answer and loses the connection. */
  stopLingering(): void {
    if (this.#lingers === null || this.#done) return
    const { reply } = this.#lingers
    this.#lingers = null
    this.#last = true
    this.#send(reply)
  }

  /** Leaves the response to whoever upgrades it. Not to be called once the client is gone. */
  protected handOver(upgrade: () => void): void {
    this.#answerOnce()
    this.#finish(true)
    upgrade()
  }

  #ended(): void {
    if (this.#done || this.#body.whole) return
    this.#waitFor(null)
    this.#body.end()
    if (this.#lingers !== null) this.#heardWhileLingering(this.#lingers)
  }

  #answerOnce(): void {
    if (this.#answered) throw new Error('an exchange is answered once')
    this.#answered = true
  }

  /** Whether there is anybody to answer. */
  #answersInParts(): boolean {
    if (this.#body.declared === null) throw new Error('a request in chunks is not answered in parts')
    this.#answerOnce()
    return !this.#aborted
  }

  #linger(reply: Reply): void {
    this.#body.fail(new Refusal('BadRequest', 'the request was answered before its body came'))
    this.#lingers = { reply, from: this.#body.received }
    this.#waitFor('lingering')
    if (this.#held) this.#native.resume()
  }

  #heardWhileLingering({ reply, from }: { reply: Reply; from: number }): void {
    if (this.#body.whole) {
      this.#lingers = null
      this.#sendInTurn(reply)
    } else if (this.#body.received - from > lingerBytesMax) this.stopLingering()
  }

  /** Of chunks the end is only known when the library has returned. Until they are answered it takes no request. */
  #sendInTurn(reply: Reply): void {
    if (this.#body.declared !== null) this.#send(reply)
    else this.host.later(() => this.#done || this.#send(reply))
  }

  /** `bytes` of a body that is not sent. */
  #send(reply: Reply, bytes = reply.body.length): void {
    const bodiless = this.method === 'HEAD' || hasNoBody(reply.status)
    const empty = bodiless || reply.body.length === 0
    const close = this.#last || this.host.draining() || (empty && this.host.endRun())
    // The connection of a stray is told by what of a body is sent; without one, by its being closed.
    const headOnly = bodiless || (empty && this.#connection === null)
    if (headOnly || this.#moreMayCome) {
      const closed = this.#ends(() =>
        headOnly
          ? sendHeadOnly(
              this.#native,
              { status: reply.status, headers: withLength(reply.status, reply.headers, bytes) },
              close,
            )
          : sendLast(this.#native, reply),
      )
      this.#ending = close
      if (close) this.host.later(() => this.close())
      else this.#finish(closed)
      return
    }
    const progress = (sent: Sent) => {
      if (sent === 'part') this.#waitFor('writing')
      else this.#finish(sent === 'closed')
    }
    progress(sendReply(this.#native, reply, { close, ends: (send) => this.#ends(send), progress }))
  }

  /**
   * Of this request, behind its answer. With the last of it the library forgets who listens on the connection, and
   * a request that nobody listens for ends the process.
   */
  get #moreMayCome(): boolean {
    return this.fault !== null || !this.#body.whole
  }

  /** Sends, and says whether that ended the connection. */
  #ends(send: () => void): boolean {
    return this.host.connections.sending(this, () => this.host.closings.during(send))
  }

  #waitFor(what: 'reading' | 'writing' | 'lingering' | null): void {
    this.#deadline?.clear()
    this.#deadline = what === null ? null : this.host[what].start(this)
  }

  /** `closed`: the connection is gone, or no longer ours. */
  #finish(closed: boolean): void {
    if (this.#done) return
    this.#done = true
    if (closed) this.#connection?.end()
    else if (this.#last) this.#connection?.retire()
    else this.#connection?.rest()
    this.#waitFor(null)
    this.host.done(this)
  }
}
