/**
 * A subscription over HTTP: server-sent events (WHATWG HTML §9.2). The stream opens with the first event, or
 * once the service has not refused for a moment, so a refusal still has its own status. The client's pace
 * holds back the service; a comment now and then keeps proxies from closing a quiet stream.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { Answer } from '@ron/kernel/ports/dispatch'
import type { Clock } from '@ron/kernel/ports/clock'
import type { Fields } from '@ron/kernel/ports/port'
import { headerBlock, type HeaderBlock } from '../listener/header-block.ts'
import type { Exchange, ResponseStream } from '../listener/listener.ts'
import type { Front } from './front.ts'

const openAfterMs = 100
const heartbeatMs = 15_000
const encoder = new TextEncoder()

/**
 * Resolves with the status when the subscription has ended; rejects while nothing has been sent. `problemOf`
 * tells the client why a stream that was open ends. `granted` is
 * called when the stream opens.
 */
export async function streamEvents(
  { clock }: Pick<Front, 'clock'>,
  exchange: Exchange,
  headers: HeaderBlock,
  problemOf: (thrown: unknown) => Fields,
  granted: () => void,
  subscribe: (onEvent: (fields: Fields) => Promise<void>) => Answer | Promise<Answer>,
): Promise<number> {
  if (exchange.method === 'HEAD') {
    throw new Refusal('MethodNotAllowed', 'a subscription has no HEAD; GET it', { headers: { allow: 'GET' } })
  }
  const events = new EventStream(clock, () => {
    granted()
    return exchange.openStream(200, headers.and(streamHeaders))
  })
  try {
    await subscribe((fields) => events.send(fields))
  } catch (thrown) {
    if (!events.opened) throw thrown
    // The status has been sent, so that it did not end well is told as an event.
    if (!exchange.aborted) await events.send({ kind: 'refused', problem: problemOf(thrown) })
  } finally {
    events.stop()
  }
  events.end()
  return 200
}

const streamHeaders = headerBlock([
  ['content-type', 'text/event-stream'],
  ['cache-control', 'no-store'],
])

/** What goes down the stream, one thing at a time. */
class EventStream {
  readonly #clock: Clock
  readonly #open: () => ResponseStream
  #stream: ResponseStream | null = null
  /** The client is behind: nothing is written until it has caught up. */
  #behind: Promise<void> | null = null
  #cancel: () => void

  constructor(clock: Clock, open: () => ResponseStream) {
    this.#clock = clock
    this.#open = open
    this.#cancel = clock.after(openAfterMs, () => this.#opening())
  }

  get opened(): boolean {
    return this.#stream !== null
  }

  /** Resolves when the client has room for another. */
  async send(fields: Fields): Promise<void> {
    const stream = this.#opening()
    await this.#caughtUp()
    const kind = typeof fields['kind'] === 'string' ? fields['kind'] : 'message'
    this.#write(stream, `event: ${oneLine(kind)}\ndata: ${JSON.stringify(fields)}\n\n`)
    await this.#caughtUp()
  }

  /** No more heartbeats, and no opening by itself. */
  stop(): void {
    this.#cancel()
  }

  end(): void {
    this.#opening().end()
    this.stop()
  }

  async #caughtUp(): Promise<void> {
    while (this.#behind !== null) await this.#behind
  }

  #opening(): ResponseStream {
    if (this.#stream !== null) return this.#stream
    this.#stream = this.#open()
    this.#write(this.#stream, ': open\n\n')
    this.#beat(this.#stream)
    return this.#stream
  }

  #beat(stream: ResponseStream): void {
    this.#cancel()
    this.#cancel = this.#clock.after(heartbeatMs, () => {
      if (this.#behind === null) this.#write(stream, ': still here\n\n')
      this.#beat(stream)
    })
  }

  #write(stream: ResponseStream, text: string): void {
    if (stream.write(encoder.encode(text))) return
    this.#behind = stream.drained().finally(() => {
      this.#behind = null
    })
  }
}

/** A line end in the name of an event would begin another line. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ')
}
