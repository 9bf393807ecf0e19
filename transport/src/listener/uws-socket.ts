/**
 * A WebSocket on uWebSockets.js, from the handshake to the close event. After that event the library's socket
 * is never touched again.
 */

import type { Refusal } from '@ron/kernel/contract/refusals'
import { closeReason, offeredProtocols } from './handshake.ts'
import type { HeaderBlock } from './header-block.ts'
import type { Handshake, RequestHead, Socket } from './listener.ts'
import type { ExchangeHost } from './exchange-host.ts'
import { UwsExchange } from './uws-exchange.ts'
import type { NativeResponse } from './uws-response.ts'

/** The part of the library's WebSocket that is used. */
export interface NativeSocket {
  send(message: Uint8Array, isBinary: boolean): number
  cork(write: () => void): unknown
  getBufferedAmount(): number
  end(code: number, reason: Uint8Array): void
}

/** Carries out an upgrade; `socket` gets the library's events from then on. */
export type Upgrade = (socket: UwsSocket, protocol: string | null) => void

/** `upgrading` gives the way to upgrade; null while there is none, which ends the connection. */
export class UwsHandshake extends UwsExchange implements Handshake {
  readonly protocols: readonly string[]
  readonly #upgrading: () => Upgrade | null

  constructor(
    native: NativeResponse,
    head: RequestHead,
    bodyBytes: 0 | Refusal,
    last: boolean,
    host: ExchangeHost,
    upgrading: () => Upgrade | null,
  ) {
    super(native, head, bodyBytes, last, host)
    this.protocols = offeredProtocols(head)
    this.#upgrading = upgrading
  }

  accept(protocol: string | null): Socket | null {
    if (this.fault !== null) throw new Error('a handshake with a fault is refused')
    const upgrade = this.aborted ? null : this.#upgrading()
    if (upgrade === null) {
      this.close()
      return null
    }
    const socket = new UwsSocket(this.peer)
    this.handOver(() => upgrade(socket, protocol))
    return socket
  }

  /** There is nothing to come. */
  override received(): void {}

  /** Never inside of the library's call that brought the head: what follows it would be taken for a request. */
  override respond(status: number, headers: HeaderBlock, body: Uint8Array): void {
    this.host.later(() => super.respond(status, headers, body))
  }
}

export class UwsSocket implements Socket {
  readonly peer: string
  readonly client: readonly string[] = []
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

  /** Runs `write` while the library holds back what is written to this socket. */
  cork(write: () => void): void {
    this.#native?.cork(write)
  }

  close(code: number, reason: string): void {
    this.#native?.end(code, closeReason(reason))
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
