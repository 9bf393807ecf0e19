/**
 * Writing one answer on a uWebSockets.js response: whole, as a stream, or without a body. What the library does
 * not do as its documentation reads is met here, so that nobody else has to know it. Who may write, and when,
 * is decided by the exchange.
 */

import { STATUS_CODES } from 'node:http'
import type { HeaderBlock } from './header-block.ts'

/** The part of the library's HttpResponse that is used, and all that touches a socket. */
export interface NativeResponse {
  getRemoteAddress(): ArrayBuffer
  onData(handler: (piece: ArrayBuffer, last: boolean) => void): unknown
  onWritable(handler: (offset: number) => boolean): unknown
  pause(): unknown
  resume(): unknown
  cork(write: () => void): unknown
  writeStatus(status: string): unknown
  writeHeader(name: string, value: string | Uint8Array): unknown
  write(piece: Uint8Array): boolean
  tryEnd(rest: Uint8Array, total: number): [ok: boolean, done: boolean]
  end(body?: Uint8Array, closeConnection?: boolean): unknown
  endWithoutBody(): unknown
  close(): unknown
}

export interface Head {
  readonly status: number
  readonly headers: HeaderBlock
}

export interface Reply extends Head {
  readonly body: Uint8Array
}

/** Up to here a body may be handed over in one piece, also to a client that does not take it. */
const wholeBytesMax = 65_536

/** How far a reply has gone: on its way as the client takes it, or all of it, with its connection or without. */
export type Sent = 'part' | 'all' | 'closed'

/** Connections that ended so far. The library ends one inside of a call about it and says so to nobody else. */
export class Closings {
  #count = 0

  happened(): void {
    this.#count++
  }

  /** Whether what is done to a connection ends it. */
  during(send: () => void): boolean {
    const before = this.#count
    send()
    return this.#count !== before
  }
}

/**
 * Sends a reply; `ends` runs what sends and says whether that ended the connection. `part` when the rest goes out as the client takes it; then `progress` is called on every piece
 * and once more when done. After `all` or `closed` the response must not be touched again.
 */
export function sendReply(
  native: NativeResponse,
  { status, headers, body }: Reply,
  options: { close: boolean; ends: (send: () => void) => boolean; progress: (sent: Sent) => void },
): Sent {
  const { close, ends, progress } = options
  let done = true
  const sent = (send: () => void): Sent => {
    const closed = ends(send)
    return closed ? 'closed' : done ? 'all' : 'part'
  }
  const first = sent(() =>
    native.cork(() => {
      const whole = close && body.length <= wholeBytesMax
      writeHead(native, { status, headers }, close && !whole)
      if (whole) native.end(body, true)
      else done = native.tryEnd(body, body.length)[1]
    }),
  )
  if (first === 'part') {
    native.onWritable((offset) => {
      let room = false
      const next = sent(() => {
        ;[room, done] = native.tryEnd(body.subarray(offset), body.length)
      })
      progress(next)
      return room
    })
  }
  return first
}

/**
 * Sends a reply that has no body by its status, or by HEAD. The library's own way to give HEAD a length leaves
 * the exchange open, and its way to close after such a reply writes a wrong length, so both are written out.
 * With `close`, the caller closes the connection once the library has sent what it holds.
 */
export function sendHeadOnly(native: NativeResponse, head: Head, close: boolean): void {
  native.cork(() => {
    writeHead(native, head)
    // Ends the head as well: an empty line follows the last header.
    if (close) native.writeHeader('connection', 'close\r\n')
    else native.endWithoutBody()
  })
}

/**
 * Sends a reply whole and leaves it open: to the library the request is still unanswered, so it takes no other, and
 * whatever comes of a body is nobody's; should it be no body, the library sends a refusal of its own behind the reply
 * and closes, which is none of the client's business any more. To pause a connection that may be gone, so as to
 * prevent that, ends the process. The caller closes the connection once the library has sent what it holds.
 */
export function sendLast(native: NativeResponse, { status, headers, body }: Reply): void {
  native.cork(() => {
    writeHead(native, { status, headers })
    native.writeHeader('content-length', String(body.length))
    // Ends the head, and is followed by an end of line that is past the body.
    native.writeHeader('connection', Buffer.concat([Buffer.from('close\r\n\r\n'), body]))
  })
}

/**
 * One call for all headers: each costs the library more than what is in it. With `close` the client is asked to close, for
 * the library cannot after a long body.
 */
export function writeHead(native: NativeResponse, { status, headers }: Head, close = false): void {
  native.writeStatus(`${status} ${STATUS_CODES[status] ?? 'Unknown'}`)
  if (headers.first !== '') native.writeHeader(headers.first, headers.rest)
  if (close) native.writeHeader('connection', 'close')
}
