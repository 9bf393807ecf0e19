/**
 * A WebSocket on uWebSockets.js, from the handshake to the close event. After that event the library's socket
 * is never touched again.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import { header, headerValues, type Headers } from './headers.ts'
import type { Handshake, RequestHead, Socket } from './listener.ts'
import { UwsExchange, type ExchangeHost } from './uws-exchange.ts'
import type { NativeResponse } from './uws-response.ts'

/** The part of the library's WebSocket that is used. */
export interface NativeSocket {
  send(message: Uint8Array, isBinary: boolean): number
  cork(write: () => void): unknown
  getBufferedAmount(): number
  end(code: number, reason: Uint8Array): void
}

/** Carries out the upgrade; `socket` gets the library's events from then on. */
export type Upgrade = (socket: UwsSocket, protocol: string | null) => void

export class UwsHandshake extends UwsExchange implements Handshake {
  readonly protocols: readonly string[]
  readonly #upgrade: Upgrade

  constructor(
    native: NativeResponse,
    head: RequestHead,
    bodyBytes: number | null | Refusal,
    host: ExchangeHost,
    upgrade: Upgrade,
  ) {
    super(native, head, bodyBytes, host)
    this.protocols = offered(head)
    this.#upgrade = upgrade
  }

  accept(protocol: string | null): Socket | null {
    const socket = new UwsSocket(this.peer)
    return this.handOver(() => this.#upgrade(socket, protocol)) ? socket : null
  }
}

export class UwsSocket implements Socket {
  readonly peer: string
  #native: NativeSocket | null = null
  #message: (bytes: Uint8Array, isBinary: boolean) => void = () => {}
  #closed: (code: number) => void = () => {}
  #drained: () => void = () => {}

  constructor(peer: string) {
    this.peer = peer
  }

  get bufferedBytes(): number {
    return this.#native?.getBufferedAmount() ?? 0
  }

  send(bytes: Uint8Array): 'sent' | 'queued' | 'dropped' {
    const native = this.#native
    if (native === null) return 'dropped'
    let sent = 2
    native.cork(() => {
      sent = native.send(bytes, true)
    })
    return sent === 1 ? 'sent' : sent === 0 ? 'queued' : 'dropped'
  }

  close(code: number, reason: string): void {
    this.#native?.end(code, cut(reason))
  }

  onMessage(handler: (bytes: Uint8Array, isBinary: boolean) => void): void {
    this.#message = handler
  }

  onClose(handler: (code: number) => void): void {
    this.#closed = handler
  }

  onDrain(handler: () => void): void {
    this.#drained = handler
  }

  /** The library's events. */
  opened(native: NativeSocket): void {
    this.#native = native
  }

  received(bytes: Uint8Array, isBinary: boolean): void {
    this.#message(bytes, isBinary)
  }

  hasRoom(): void {
    this.#drained()
  }

  ended(code: number): void {
    this.#native = null
    this.#closed(code)
  }
}

/** The library takes any version; RFC 6455 §4.2.2 has one, and names it to those who ask for another. */
export function unknownVersion(headers: Headers): Refusal | null {
  if (header(headers, 'sec-websocket-version') === '13') return null
  return new Refusal('BadRequest', 'WebSocket version 13 is the one spoken here', {
    headers: { 'sec-websocket-version': '13' },
  })
}

function offered({ headers }: RequestHead): string[] {
  const listed = headerValues(headers, 'sec-websocket-protocol').join(',').split(',')
  return listed.map((name) => name.trim()).filter((name) => name !== '')
}

/** At most 123 bytes of UTF-8, no character in parts. */
function cut(reason: string): Uint8Array {
  const room = new Uint8Array(123)
  return room.subarray(0, new TextEncoder().encodeInto(reason, room).written)
}
