/**
 * Frames over one WebSocket (OAP/1 §5): a binary message carries one or more whole frames, which are sealed once there
 * is a session. Those of one turn go as one message: one system call, and one seal. A link ends once and says why; what is sent after that goes nowhere. It knows no calls.
 */

import { concatBytes } from '@ron/transport/oap/bytes'
import { encodeFrame, type Frame } from '@ron/transport/oap/frame'
import { FrameParser } from '@ron/transport/oap/parser'
import type { Session } from '@ron/transport/session/agreement'
import { framesIn, isRecord } from '@ron/transport/session/records'
import { ConnectionError, ProtocolError } from './error.ts'
import type { OpenSocket, Socket } from './socket.ts'

export interface LinkEvents {
  /** It is being opened, and there is time for other work. */
  connecting(): void
  opened(): void
  frame(frame: Frame): void
  /** Exactly once, whatever the end was; nothing comes after it. */
  ended(because: Error): void
}

const subprotocol = 'oap.1'
/** Done (RFC 6455 §7.4.1), and a code of our own: browsers close with 1000 or with 3000 and up, never with 1007. */
const closeCodes = { done: 1000, garbled: 4007 } as const
/** A node that drains closes so, once it has answered all that it took up (docs/WIRE.md). */
const goingAway = 1001
/** Frames go together up to this length; a longer one goes by itself. */
const togetherBytesMax = 16_384

export class FrameLink {
  readonly #url: string
  readonly #events: LinkEvents
  readonly #parser = new FrameParser()
  #socket: Socket | null = null
  /** What is to go out when this turn ends, and its length. */
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #session: Session | null = null
  #ended = false

  constructor(url: string, open: OpenSocket, events: LinkEvents) {
    this.#url = url
    this.#events = events
    void this.#connect(open)
  }

  send(frame: Frame): void {
    if (this.#ended) return
    const bytes = encodeFrame(frame)
    if (this.#waitingBytes + bytes.length > togetherBytesMax) this.#flush()
    if (this.#waiting.length === 0) queueMicrotask(() => this.#flush())
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
  }

  /** From now on, what goes out is sealed, and nothing else comes in. */
  seal(session: Session): void {
    this.#flush()
    this.#session = session
  }

  end(because: Error): void {
    if (this.#ended) return
    this.#ended = true
    this.#flush()
    this.#session?.sealer.destroy()
    this.#session?.opener.destroy()
    this.#close(because)
    this.#events.ended(because)
  }

  #flush(): void {
    const frames = this.#waiting
    if (frames.length === 0) return
    this.#waiting = []
    this.#waitingBytes = 0
    const sent = this.#session === null ? concatBytes(frames) : this.#session.sealer.seal(...frames)
    if (sent !== null) return this.#socket?.send(sent)
    this.end(new ConnectionError('the session has sealed all that one key may', { untouched: true }))
  }

  async #connect(open: OpenSocket): Promise<void> {
    let opened = false
    try {
      this.#socket = await open(this.#url, subprotocol, {
        connecting: () => {
          if (!this.#ended) this.#events.connecting()
        },
        opened: () => {
          opened = true
          if (!this.#ended) this.#events.opened()
        },
        received: (data) => this.#receive(data),
        closed: (code, reason, cause) => this.end(this.#closed(opened, code, reason, cause)),
      })
    } catch (cause) {
      this.end(this.#unreachable(cause))
    }
    // It was given up before there was a socket to close.
    if (this.#ended) this.#close(null)
  }

  #receive(data: unknown): void {
    if (this.#ended) return
    if (!(data instanceof ArrayBuffer))
      return this.end(new ProtocolError('the node sent a text message over OAP'))
    const message = new Uint8Array(data)
    if (this.#session === null) return this.#take(message)
    const records = framesIn(message)
    if (records === null)
      return this.end(new ProtocolError('the node sent a message that ends within a record'))
    for (const record of records) if (!this.#ended) this.#open(this.#session, record)
  }

  #open({ opener }: Session, record: Uint8Array): void {
    if (!isRecord(record)) return this.end(new ProtocolError('a frame in the clear came within a session'))
    const opened = opener.open(record)
    if (opened.ok) this.#take(opened.frames)
    else this.end(new ProtocolError(`the node ${opened.because}`))
  }

  #take(bytes: Uint8Array): void {
    const { frames, fault } = this.#parser.push(bytes)
    for (const frame of frames) if (!this.#ended) this.#events.frame(frame)
    if (fault !== null) this.end(new ProtocolError(`the node sent what is not OAP/1: ${fault.message}`))
    else if (this.#parser.partial)
      this.end(new ProtocolError('the node sent a message that ends within a frame'))
  }

  #close(because: Error | null): void {
    const { done, garbled } = closeCodes
    this.#socket?.close(because instanceof ProtocolError ? garbled : done, '')
  }

  #closed(opened: boolean, code: number, reason: string, cause: unknown): ConnectionError {
    if (!opened) return this.#unreachable(cause)
    return new ConnectionError(`the connection closed (${code}${reason === '' ? '' : `, ${reason}`})`, {
      cause,
      untouched: code === goingAway,
    })
  }

  #unreachable(cause: unknown): ConnectionError {
    return new ConnectionError(`${this.#url} could not be reached`, { cause, untouched: true })
  }
}
