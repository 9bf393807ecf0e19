/**
 * One connection of a node:http listener: its requests one at a time, in the order they came, and how long it may
 * be silent. It writes nothing and knows nothing of what is asked.
 *
 *     opened ──► busy ──answered──► resting ──► busy ──► …
 *        │         │ last answer       │
 *        ▼         ▼                   ▼
 *      gone ◄── closing             gone, or taken over by a WebSocket
 *
 * Closing means: all is said, and what the client still sends is read away until it ends or its time is over. A socket
 * that is closed on unread bytes takes its last answer along (RFC 9112 §9.6).
 */

import type { Socket } from 'node:net'
import type { Deadline, Deadlines } from './deadlines.ts'

/** Requests that a client may send ahead of the answer to its first; with more the connection ends. */
export const aheadMax = 256

/** A request as its connection sees it. */
export interface LineRequest {
  /** Nothing behind it on the connection can be told from its body. */
  readonly doubtful: boolean
  /** It is its turn; the connection is told `over` when it is answered. */
  begin(): void
  /** What follows its head is no body. */
  broken(): void
}

/** What all connections of a listener share. */
export interface LineHost {
  /** From the opening to the first whole head. */
  readonly opening: Deadlines<NodeLine>
  /** From an answer to the next whole head. */
  readonly resting: Deadlines<NodeLine>
  /** From the end of what is said to the end of what the client says. */
  readonly closing: Deadlines<NodeLine>
}

export class NodeLine {
  readonly peer: string
  #socket: Socket
  #client: readonly string[] = []
  readonly #host: LineHost
  #busy: LineRequest | null = null
  #ahead: LineRequest[] = []
  #last = false
  #deadline: Deadline | null
  readonly #onEnd = () => this.close()

  constructor(socket: Socket, host: LineHost) {
    this.#socket = socket
    this.peer = peerOf(socket)
    this.#host = host
    this.#deadline = host.opening.start(this)
    socket.on('close', () => this.#over())
    this.#listen(socket)
  }

  /** What is read and written; the connection itself, or TLS on it. */
  get socket(): Socket {
    return this.#socket
  }

  /** Whom the client's certificate names. */
  get client(): readonly string[] {
    return this.#client
  }

  /** No request is taken any more. */
  get last(): boolean {
    return this.#last
  }

  get busy(): boolean {
    return this.#busy !== null
  }

  /** TLS is spoken on it from here on. */
  secured(socket: Socket, client: readonly string[]): void {
    this.#socket.off('end', this.#onEnd)
    this.#socket = socket
    this.#client = client
    this.#listen(socket)
  }

  /** The head of a request came. */
  take(request: LineRequest): void {
    if (this.#last) return
    this.#wait(null)
    if (this.#busy === null) this.#begin(request)
    else if (this.#ahead.push(request) > aheadMax) this.close()
    else this.socket.pause()
  }

  /** The request whose turn it was is answered in full; `last` when its connection ends with that. */
  over(last: boolean): void {
    this.#busy = null
    if (last || this.#last) return this.finish()
    const next = this.#ahead.shift()
    if (next === undefined) return this.#wait(this.#host.resting)
    if (this.#ahead.length === 0) this.socket.resume()
    this.#begin(next)
  }

  /** What came is no request and no body. Whether there is nobody who would answer that. */
  broken(): boolean {
    const unheard = this.#busy === null && !this.#last
    if (this.#busy !== null && !this.#last) this.#busy.broken()
    this.#last = true
    return unheard
  }

  /** Ends it when all that was written has left. */
  finish(): void {
    this.#last = true
    this.#ahead = []
    if (this.socket.destroyed) return
    this.#wait(this.#host.closing)
    this.socket.end()
    this.socket.resume()
  }

  /** Ends it at once. */
  close(): void {
    this.#last = true
    this.socket.destroy()
  }

  /** It speaks another protocol from here on. */
  leave(): void {
    this.#over()
    this.#busy = null
    this.socket.off('end', this.#onEnd)
  }

  #listen(socket: Socket): void {
    // What ends a connection is of no interest; that it ends is seen by `close`.
    socket.on('error', () => {})
    socket.on('end', this.#onEnd)
  }

  #begin(request: LineRequest): void {
    this.#busy = request
    if (request.doubtful) this.#last = true
    request.begin()
  }

  #wait(deadlines: Deadlines<NodeLine> | null): void {
    this.#deadline?.clear()
    this.#deadline = deadlines?.start(this) ?? null
  }

  #over(): void {
    this.#last = true
    this.#ahead = []
    this.#wait(null)
  }
}

/** IPv4 in dots also when it came over IPv6, and no zone; empty when the client is already gone. */
export function peerOf({ remoteAddress = '' }: Socket): string {
  return remoteAddress.replace(/^::ffff:(?=[\d.]+$)/, '').replace(/%.*$/, '')
}
