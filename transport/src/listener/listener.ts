/**
 * What the front end needs from whatever owns the sockets: HTTP exchanges and WebSockets, with the limits of a
 * connection already held. It knows no routes, no capabilities and no problem bodies. It is the same for every
 * driver, and `listener.suite.ts` is what each of them must pass.
 */

import type { Refusal } from '@ron/kernel/contract/refusals'
import type { Clock } from '@ron/kernel/ports/clock'
import type { Log } from '@ron/kernel/ports/log'
import type { FrontMeter } from '@ron/kernel/ports/meter'
import type { Random } from '@ron/kernel/ports/random'
import type { TlsOptions } from '../tls/context.ts'
import type { HeaderBlock } from './header-block.ts'
import type { Headers } from './headers.ts'

export interface Driver {
  readonly info: DriverInfo
  /** Loads its library, once. Rejects with a sentence for the operator when that is missing. */
  load(options: Pick<ListenerOptions, 'headerBytesMax'>): Promise<void>
  /** Rejects with a sentence for the operator when the library is missing or the address cannot be had. */
  listen(options: ListenerOptions, handlers: Handlers, ports: ListenerPorts): Promise<Listener>
}

/** What `/version` says about the driver. */
export interface DriverInfo {
  readonly name: string
  readonly version: string
  /** The binary interface of the running Node that the driver's binary must have. */
  readonly abi: string
}

export interface ListenerOptions extends ListenerLimits {
  readonly host: string
  /** 0 asks for any free port. */
  readonly port: number
  /** Whether other processes of this user may listen there too; the system spreads connections over them. */
  readonly shared: boolean
  /** Null serves without. */
  readonly tls: TlsOptions | null
}

/** What holds for every connection, wherever it was accepted. */
export interface ListenerLimits {
  /** Open connections, HTTP and WebSocket together; the next one is closed at once. */
  readonly connectionsMax: number
  /** Of one address, or one /64 of IPv6. 0: three quarters of them, and for addresses of this machine all. */
  readonly connectionsPerAddressMax: number
  /** Request line and headers together; more is a 431. */
  readonly headerBytesMax: number
  /** From the start of a request to the last byte of its body, and from a connection to its first request. */
  readonly readTimeoutMs: number
  /** Longest time a client may take nothing while an answer waits for it. */
  readonly writeTimeoutMs: number
  /** Longest silence between two HTTP requests, and of a WebSocket peer that answers no ping. */
  readonly idleTimeoutMs: number
  /** Largest WebSocket message; more closes with 1009, or at once when it is far more. */
  readonly wsMessageBytesMax: number
  /** Most that may wait for a slow WebSocket peer; more closes it. */
  readonly wsBufferBytesMax: number
}

export interface ListenerPorts {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly meter: FrontMeter
  /** Resolves when the event loop has served everybody else once. */
  readonly nextTurn: () => Promise<void>
}

export interface Handlers {
  exchange(exchange: Exchange): void
  /** Paths that speak WebSocket. A handshake on any other is an ordinary request. */
  readonly socketPaths: readonly string[]
  handshake(handshake: Handshake): void
}

export interface Listener {
  /** 0 where there is none, as on a Unix socket. */
  readonly port: number
  /** Open now, HTTP and WebSocket together. */
  connections(): number
  /** Exchanges that have not been answered in full. */
  inFlight(): number
  /** Serves new connections with another certificate; throws when the library does not take it. */
  renewTls(tls: TlsOptions): void
  /** No new connections; answers from here on end theirs. */
  stopAccepting(): void
  /** Waits at most `graceMs` for exchanges in flight, then ends every connection. Idempotent. */
  close(graceMs: number): Promise<void>
}

/** The head of a request, as it was sent. */
export interface RequestHead {
  /** As sent: methods are case-sensitive. */
  readonly method: string
  /** Percent-encoded, without query. */
  readonly path: string
  /** Percent-encoded, without `?`; empty when there is none. */
  readonly query: string
  readonly headers: Headers
}

/** One request and its answer. */
export interface Exchange extends RequestHead {
  /**
   * IP address; IPv4 in dots also when it came over IPv6, IPv6 as RFC 5952 writes it. Empty when it could not be
   * read before its client was gone.
   */
  readonly peer: string
  /** Whom the certificate of the client names (`tls/client.ts`); none when it showed none. */
  readonly client: readonly string[]
  /** What is wrong with its framing. Such a request must get this refusal and nothing else. */
  readonly fault: Refusal | null
  /** Declared length of the body, 0 for none; null when it comes in chunks of unknown sum. */
  readonly bodyBytes: number | null
  /** The client is gone. Answers have no effect any more. */
  readonly aborted: boolean
  /**
   * The whole body, once. Rejects with a `Refusal`: TooLarge past `bytesMax` (nothing more is kept),
   * RequestTimeout, or BadRequest when the client is gone. The bytes belong to the caller.
   */
  readBody(bytesMax: number): Promise<Uint8Array>
  /** Answers, once. HEAD, 204 and 304 send no body; `body` then only gives HEAD its Content-Length. */
  respond(status: number, headers: HeaderBlock, body: Uint8Array): void
  /** Answers with a body of unknown length. The head leaves with the first write. */
  openStream(status: number, headers: HeaderBlock): ResponseStream
  /**
   * Answers with a body of so many bytes, at least one, in pieces. The head leaves with the first write, and with HEAD
   * at once, without a body. Ended before its last byte, the answer is cut: its connection ends.
   */
  openBody(status: number, headers: HeaderBlock, bytes: number): ResponseStream
  /** Registers the one observer of a client that goes, or is already gone, before it was answered in full. */
  onAbort(task: () => void): void
}

/** Names in lower case. Content-Length, Transfer-Encoding and Connection are the driver's to write. */
export type Header = readonly [name: string, value: string]

export interface ResponseStream {
  /** False when the client must take some of it first: write again after `drained`. */
  write(bytes: Uint8Array): boolean
  /** Resolves when there is room again or the client is gone. */
  drained(): Promise<void>
  end(): void
}

/** A request to speak WebSocket. `respond` refuses it. */
export interface Handshake extends Exchange {
  /** Subprotocols the client offers, in its order. */
  readonly protocols: readonly string[]
  /** Null when the client is already gone. Register the socket's handlers in the same turn. */
  accept(protocol: string | null): Socket | null
}

export interface Socket {
  readonly peer: string
  /** As of its handshake. */
  readonly client: readonly string[]
  /** Bytes that wait for the peer to take them. */
  readonly bufferedBytes: number
  /** One binary message. `dropped`: the socket is closed, or is closed by this, for its peer is too slow. */
  send(bytes: Uint8Array): 'sent' | 'queued' | 'dropped'
  /** `reason` is cut at 123 bytes (RFC 6455 §5.5). */
  close(code: number, reason: string): void
  /** The bytes belong to the handler. */
  onMessage(handler: (bytes: Uint8Array, isBinary: boolean) => void): void
  onClose(handler: (code: number) => void): void
  /** Some of what was queued has been taken. */
  onDrain(handler: () => void): void
}
