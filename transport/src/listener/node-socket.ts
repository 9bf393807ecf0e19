/**
 * A WebSocket on `ws`, from the handshake to the close event. The library has no bound for what waits for a slow
 * peer, no time for a silent one, and waits half a minute for a peer to confirm a close; those are held here.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket as Connection } from 'node:net'
import type { WebSocket } from 'ws'
import type { Refusal } from '@ron/kernel/contract/refusals'
import type { Deadline, Deadlines } from './deadlines.ts'
import { closeReason, offeredProtocols } from './handshake.ts'
import type { Handshake, RequestHead, Socket } from './listener.ts'
import { NodeExchange, type NodeHost } from './node-exchange.ts'
import type { NodeLine } from './node-line.ts'

/** What a client may send before its handshake is answered; it is to send nothing. */
const earlyBytesMax = 65_536

/** Carries out an upgrade, with what came behind the handshake; null when the library refuses it. */
export type Upgrade = (protocol: string | null, early: Buffer) => NodeSocket | null

export class NodeHandshake extends NodeExchange implements Handshake {
  readonly protocols: readonly string[]
  readonly #upgrade: Upgrade
  #early: Buffer[] = []
  #earlyBytes = 0
  /** Read, or nobody would hear that the client is gone. */
  readonly #onData = (piece: Buffer) => {
    this.#early.push(piece)
    this.#earlyBytes += piece.length
    if (this.#earlyBytes > earlyBytesMax) this.close()
  }

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    head: RequestHead,
    bodyBytes: 0 | Refusal,
    line: NodeLine,
    host: NodeHost,
    upgrade: Upgrade,
  ) {
    super(request, response, head, { bodyBytes, expects: false }, line, host)
    this.protocols = offeredProtocols(head)
    this.#upgrade = upgrade
  }

  override begin(): void {
    this.response.shouldKeepAlive = false
    this.response.assignSocket(this.line.socket)
    this.line.socket.on('data', this.#onData)
    super.begin()
  }

  accept(protocol: string | null): Socket | null {
    if (this.fault !== null) throw new Error('a handshake with a fault is refused')
    this.answerOnce()
    if (this.aborted) return null
    const { socket } = this.line
    socket.off('data', this.#onData)
    this.response.detachSocket(socket)
    this.finish(true)
    return this.#upgrade(protocol, Buffer.concat(this.#early))
  }
}

export interface SocketHost {
  readonly bufferBytesMax: number
  /** Half of the time a peer may be silent. */
  readonly hearing: Deadlines<NodeSocket>
  /** From our close to the end of the connection. */
  readonly closing: Deadlines<NodeSocket>
  /** Runs a handler whose mistakes are its own. */
  guarded(run: () => void): void
  ended(socket: NodeSocket): void
}

export class NodeSocket implements Socket {
  readonly peer: string
  readonly client: readonly string[]
  readonly #library: WebSocket
  readonly #connection: Connection
  readonly #host: SocketHost
  #hearing: Deadline
  #closing: Deadline | null = null
  #heardBytes = 0
  #pinged = false
  /** Some of what was sent waits for the peer. */
  #waits = false
  /** Of the close that began here. */
  #code: number | null = null
  #message: (bytes: Uint8Array, isBinary: boolean) => void = () => {}
  #closed: (code: number) => void = () => {}
  #drained: () => void = () => {}
  readonly #onTaken = () => {
    if (!this.#waits || this.#library.readyState !== this.#library.OPEN) return
    this.#waits = this.#library.bufferedAmount > 0
    this.#host.guarded(() => this.#drained())
  }

  constructor(library: WebSocket, { socket, peer, client }: NodeLine, host: SocketHost) {
    this.#library = library
    this.#connection = socket
    this.#host = host
    this.peer = peer
    this.client = client
    this.#hearing = host.hearing.start(this)
    library.binaryType = 'nodebuffer'
    library.on('message', (data: Buffer, isBinary) => {
      if (this.#code !== null) return
      host.guarded(() => this.#message(new Uint8Array(data), isBinary))
    })
    // A frame that is none: the library has sent the close that says so.
    library.on('error', () => this.#end())
    library.on('close', (code) => {
      this.#hearing.clear()
      this.#closing?.clear()
      host.ended(this)
      host.guarded(() => this.#closed(this.#code ?? code))
    })
  }

  get bufferedBytes(): number {
    return this.#library.readyState === this.#library.CLOSED ? 0 : this.#library.bufferedAmount
  }

  send(bytes: Uint8Array): 'sent' | 'queued' | 'dropped' {
    const library = this.#library
    if (library.readyState !== library.OPEN) return 'dropped'
    if (library.bufferedAmount + bytes.length > this.#host.bufferBytesMax) {
      library.terminate()
      return 'dropped'
    }
    // What waits must not change when the caller's bytes do.
    library.send(Buffer.from(bytes), this.#onTaken)
    if (library.bufferedAmount === 0) return 'sent'
    this.#waits = true
    return 'queued'
  }

  close(code: number, reason: string): void {
    if (this.#library.readyState !== this.#library.OPEN) return
    this.#code = code
    this.#library.close(code, Buffer.from(closeReason(reason)))
    this.#end()
  }

  /** The peer was silent for half of its time, or all of it. */
  unheard(): void {
    const { bytesRead } = this.#connection
    const heard = bytesRead !== this.#heardBytes
    if (!heard && this.#pinged) return this.terminate()
    this.#heardBytes = bytesRead
    this.#pinged = !heard
    if (this.#pinged && this.#library.readyState === this.#library.OPEN) this.#library.ping()
    this.#hearing = this.#host.hearing.start(this)
  }

  /** Ends it at once. */
  terminate(): void {
    this.#library.terminate()
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

  /** Nothing is said any more; the peer has a while to confirm. */
  #end(): void {
    this.#closing ??= this.#host.closing.start(this)
    this.#connection.end()
  }
}
