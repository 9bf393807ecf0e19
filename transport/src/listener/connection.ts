/**
 * One HTTP connection of a uWebSockets.js listener: whose turn it is on it, and how long it has been silent. It
 * touches the library's handle only while the connection is known to be there, and decides nothing about time.
 *
 *     opened ──► armed ──head──► busy ──answered──► armed ──► …
 *                  │ end           │ end, upgrade
 *                  ▼               ▼
 *                 gone            gone
 *
 * Armed means: the end and the next body are listened for through the handle.
 */

import type { Clock } from '@ron/kernel/ports/clock'

/** The part of the library's response object that belongs to the connection rather than to a request. */
export interface ConnectionHandle {
  onAborted(handler: () => void): unknown
  onData(handler: (piece: ArrayBuffer, last: boolean) => void): unknown
  /** Bytes of body sent in answer to the last request on it; 0 from the next head on. */
  getWriteOffset(): number
  cork(write: () => void): unknown
  pause(): unknown
  resume(): unknown
  close(): unknown
}

/** A request as its connection sees it. */
export interface Arrival {
  /** Address of its connection; empty when it could not be read. */
  readonly peer: string
  /** Its connection is known; it must be told `rest` or `end`, exactly once. */
  arrivedOn(connection: Connection): void
  /** A piece of the body, valid only during the call; an empty one is the last when there is no body. */
  received(piece: Uint8Array, last: boolean): void
  /** The connection ended before `rest` or `end`. */
  left(): void
}

/** The library's own timer runs for eight to twelve seconds; pausing and resuming sets it anew. */
const prolongMs = 4_000

/** What a connection needs of whoever knows them all. */
export interface ConnectionHost {
  /** The request whose head the library has just brought; null when there is none. */
  claim(): Arrival | null
  /** The library gave it a last piece: `returned` is to be called when it has returned from that. */
  reading(connection: Connection): void
  /** It takes no more requests. */
  retired(connection: Connection): void
  /** It ended without having been given up. */
  ended(connection: Connection): void
  forget(connection: Connection): void
}

export class Connection {
  readonly address: string
  readonly #handle: ConnectionHandle
  readonly #clock: Clock
  readonly #host: ConnectionHost
  /** The request that is being read or answered. */
  #busy: Arrival | null = null
  #heard = false
  /** The library has given it the last piece of a request, and when it returns forgets who listens. */
  #reading = false
  #gone = false
  #silentSinceMs: number
  #prolongedAtMs: number
  readonly #onEnd = () => {
    this.#gone = true
    this.#host.ended(this)
  }
  readonly #onPiece = (piece: ArrayBuffer, last: boolean) => this.#received(piece, last)

  constructor(handle: ConnectionHandle, address: string, clock: Clock, host: ConnectionHost) {
    this.address = address
    this.#handle = handle
    this.#clock = clock
    this.#host = host
    this.#silentSinceMs = clock.monotonic()
    this.#prolongedAtMs = this.#silentSinceMs
    handle.onAborted(this.#onEnd)
    handle.onData(this.#onPiece)
  }

  /** The request that is known to be read or answered on it. */
  get busy(): Arrival | null {
    return this.#busy
  }

  /** A whole request came on it. */
  get heard(): boolean {
    return this.#heard
  }

  /** Nothing of an answer has been sent since the last head, or there was none. */
  get blank(): boolean {
    return this.#handle.getWriteOffset() === 0
  }

  silentMs(nowMs: number): number {
    return nowMs - this.#silentSinceMs
  }

  /** This request came on it. */
  begin(arrival: Arrival): void {
    this.#busy = arrival
    this.#heard = true
    arrival.arrivedOn(this)
  }

  /** The request was answered in full and the connection goes on. */
  rest(): void {
    this.#busy = null
    this.#silentSinceMs = this.#clock.monotonic()
    this.#prolongedAtMs = this.#silentSinceMs
    this.#handle.onAborted(this.#onEnd)
    if (!this.#reading) this.#handle.onData(this.#onPiece)
  }

  /** The request was answered in full, and none is read after it. The connection ends when the client has had time. */
  retire(): void {
    this.rest()
    this.#host.retired(this)
  }

  /** The library has returned from giving it the last piece of a request, which may have been answered in between. */
  returned(): void {
    this.#reading = false
    if (this.#busy === null && !this.#gone) this.#handle.onData(this.#onPiece)
  }

  /** It ended, or speaks another protocol from here on: the handle is not touched again. */
  end(): void {
    this.#gone = true
    this.#host.forget(this)
  }

  /** Keeps the library from closing it. */
  prolong(nowMs: number): void {
    if (nowMs - this.#prolongedAtMs < prolongMs) return
    this.#prolongedAtMs = nowMs
    this.#handle.pause()
    this.#handle.resume()
  }

  /** Runs `write` while the library holds back what is written to this connection. */
  cork(write: () => void): void {
    this.#handle.cork(write)
  }

  close(): void {
    if (!this.#gone) this.#handle.close()
  }

  #received(piece: ArrayBuffer, last: boolean): void {
    const arrival = this.#busy ?? this.#host.claim()
    if (arrival === null) return
    if (this.#busy === null) this.begin(arrival)
    if (last) {
      this.#reading = true
      this.#host.reading(this)
    }
    arrival.received(new Uint8Array(piece), last)
  }
}
