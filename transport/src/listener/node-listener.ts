/**
 * A listener on node:http and `ws`: counts connections, turns what the libraries call into exchanges and sockets, and
 * ends them all in order. The libraries' own timers are all off; time is kept here, the same for every driver.
 *
 *     door ──► protocol ──► exchange          the door accepts and counts, the protocols never listen themselves
 *                  └─upgrade─► handshake ──► socket
 *                       └─► plain ──► exchange      what asks for a protocol that is not spoken here
 */

import { createServer, ServerResponse, type IncomingMessage, type Server } from 'node:http'
import { createServer as createDoor, type Server as Door, type Socket as Connection } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { RejectReason } from '@ron/kernel/ports/meter'
import type { TlsOptions } from '../tls/context.ts'
import { Deadlines } from './deadlines.ts'
import { framingIn, framingOf } from './framing.ts'
import { guarded } from './guarded.ts'
import { handshakeFraming } from './handshake.ts'
import { InFlight } from './in-flight.ts'
import type { Handlers, Listener, ListenerLimits, ListenerPorts } from './listener.ts'
import { NodeExchange, type NodeHost } from './node-exchange.ts'
import { asksForSocket, headOf, headText } from './node-head.ts'
import { NodeLine, peerOf, type LineHost } from './node-line.ts'
import { NodeHandshake, NodeSocket, type SocketHost, type Upgrade } from './node-socket.ts'
import { NodeTls, type TlsEvents } from './node-tls.ts'
import { PerAddress } from './per-address.ts'

/** Where a listener's door is, when it is no port. */
export interface Place {
  /** Rejects with a sentence for the operator. */
  listen(door: Door): Promise<void>
  /** Whether a connection may stay; asked before anything is read. */
  admits(connection: Connection): boolean
}

/** How long a client may go on after it was answered, or was told to go. */
const lingerMs = 1_000

/** Past ours, so that a head over the limit gets an answer that says so. */
const libraryHeadBytes = 16_384

export class NodeListener implements Listener {
  readonly #options: ListenerLimits
  readonly #admits: Place['admits']
  readonly #handlers: Handlers
  readonly #ports: ListenerPorts
  readonly #door: Door
  readonly #tls: NodeTls | null
  readonly #protocol: Server
  readonly #plain: Server
  readonly #upgrades: WebSocketServer
  /** The subprotocol that was picked for a handshake. */
  readonly #picked = new WeakMap<IncomingMessage, string>()
  readonly #lines = new WeakMap<Duplex, NodeLine>()
  readonly #lineHost: LineHost
  readonly #host: NodeHost
  readonly #socketHost: SocketHost
  readonly #open = new Set<Connection>()
  readonly #perAddress: PerAddress
  readonly #sockets = new Set<NodeSocket>()
  #port = 0
  readonly #inFlight = new InFlight()
  #draining = false
  #closed: Promise<void> | null = null

  constructor(
    options: ListenerLimits,
    tls: TlsOptions | null,
    admits: Place['admits'],
    handlers: Handlers,
    ports: ListenerPorts,
  ) {
    this.#options = options
    this.#admits = admits
    this.#handlers = handlers
    this.#ports = ports
    this.#perAddress = new PerAddress(options)
    this.#lineHost = this.#makeLineHost()
    this.#host = this.#makeHost()
    this.#socketHost = this.#makeSocketHost()
    this.#protocol = this.#makeProtocol()
    this.#protocol.on('upgrade', (request: IncomingMessage, _, head) => this.#upgrading(request, head))
    this.#plain = this.#makeProtocol()
    this.#upgrades = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.wsMessageBytesMax,
      handleProtocols: (_, request) => this.#picked.get(request) ?? false,
    })
    this.#tls = tls === null ? null : new NodeTls(tls, this.#tlsEvents(), () => ports.clock.now())
    this.#door = createDoor({ noDelay: true, allowHalfOpen: true }, (socket) => this.#opened(socket))
    this.#door.maxConnections = options.connectionsMax
    this.#door.on('drop', () => ports.meter.rejected('connections'))
  }

  get port(): number {
    return this.#port
  }

  /** Resolves when `listen` has the door at its place. */
  async open(listen: Place['listen']): Promise<void> {
    await listen(this.#door)
    const address = this.#door.address()
    this.#port = typeof address === 'object' && address !== null ? address.port : 0
    this.#door.on('error', ({ message }) =>
      this.#ports.log.warn('a connection could not be taken', { error: message }),
    )
  }

  connections(): number {
    return this.#open.size
  }

  inFlight(): number {
    return this.#inFlight.count
  }

  renewTls(tls: TlsOptions): void {
    this.#tls?.renew(tls)
  }

  stopAccepting(): void {
    if (this.#draining) return
    this.#draining = true
    this.#door.close()
  }

  close(graceMs: number): Promise<void> {
    this.stopAccepting()
    this.#closed ??= this.#inFlight.settled(this.#ports.clock, graceMs).then(() => this.#endAll())
    return this.#closed
  }

  #tlsEvents(): TlsEvents {
    return {
      secured: (line, socket, names) => {
        line.secured(socket, names)
        this.#lines.set(socket, line)
        this.#protocol.emit('connection', socket)
      },
      refused: (because) => this.#ports.meter.rejected(because === 'handshake' ? 'malformed' : 'unauth'),
    }
  }

  #makeLineHost(): LineHost {
    const { clock, meter } = this.#ports
    const { readTimeoutMs, idleTimeoutMs } = this.#options
    return {
      opening: new Deadlines(clock, readTimeoutMs, (line) => {
        meter.rejected('timeout')
        line.close()
      }),
      resting: new Deadlines(clock, idleTimeoutMs, (line) => line.close()),
      closing: new Deadlines(clock, lingerMs, (line) => line.close()),
    }
  }

  #makeHost(): NodeHost {
    const { clock, meter } = this.#ports
    const { readTimeoutMs, writeTimeoutMs } = this.#options
    return {
      reading: new Deadlines(clock, readTimeoutMs, (exchange) => exchange.expire()),
      writing: new Deadlines(clock, writeTimeoutMs, (exchange) => {
        meter.rejected('timeout')
        exchange.close()
      }),
      lingering: new Deadlines(clock, lingerMs, (exchange) => exchange.stopLingering()),
      draining: () => this.#draining,
      began: (exchange) => {
        this.#inFlight.begun()
        const done = guarded(this.#ports.log, () =>
          exchange instanceof NodeHandshake
            ? this.#handlers.handshake(exchange)
            : this.#handlers.exchange(exchange),
        )
        if (!done) exchange.close()
      },
      done: () => {
        this.#inFlight.done()
      },
    }
  }

  #makeSocketHost(): SocketHost {
    const { clock } = this.#ports
    const { idleTimeoutMs, wsBufferBytesMax } = this.#options
    return {
      bufferBytesMax: wsBufferBytesMax,
      hearing: new Deadlines(clock, idleTimeoutMs / 2, (socket) => socket.unheard()),
      closing: new Deadlines(clock, lingerMs, (socket) => socket.terminate()),
      guarded: (run) => void guarded(this.#ports.log, run),
      ended: (socket) => void this.#sockets.delete(socket),
    }
  }

  #makeProtocol(): Server {
    const protocol = createServer({
      maxHeaderSize: Math.max(libraryHeadBytes, 2 * this.#options.headerBytesMax),
      requestTimeout: 0,
      headersTimeout: 0,
      keepAliveTimeout: 0,
      // Held against the rules with the rest of the head.
      requireHostHeader: false,
    })
    protocol.timeout = 0
    // The library would leave out what is past its count, and nobody would know.
    protocol.maxHeadersCount = 0
    protocol.on('request', (request, response) => this.#requested(request, response, false))
    protocol.on('checkContinue', (request, response) => this.#requested(request, response, true))
    protocol.on('checkExpectation', (request, response) => this.#requested(request, response, false))
    protocol.on('connect', (_, socket) => this.#unreadable(socket, 'malformed'))
    protocol.on('clientError', (error: NodeJS.ErrnoException, socket) => this.#failed(error, socket))
    return protocol
  }

  #opened(socket: Connection): void {
    const address = peerOf(socket)
    if (!this.#admits(socket)) return this.#refuse(socket, 'unauth')
    if (!this.#perAddress.admit(address)) return this.#refuse(socket, 'connections_per_address')
    this.#open.add(socket)
    socket.on('close', () => {
      this.#open.delete(socket)
      this.#perAddress.closed(address)
    })
    const line = new NodeLine(socket, this.#lineHost)
    if (this.#tls !== null) return this.#tls.take(socket, line)
    this.#lines.set(socket, line)
    this.#protocol.emit('connection', socket)
  }

  #refuse(socket: Connection, reason: RejectReason): void {
    this.#ports.meter.rejected(reason)
    socket.on('error', () => {})
    socket.destroy()
  }

  #requested(request: IncomingMessage, response: ServerResponse, expects: boolean): void {
    const line = this.#lines.get(request.socket)
    if (line === undefined) return
    const head = headOf(request)
    const bodyBytes = framingIn(request.httpVersion, framingOf(head, this.#options.headerBytesMax))
    line.take(new NodeExchange(request, response, head, { bodyBytes, expects }, line, this.#host))
  }

  /** The library has let go of the connection; nothing that was asked before must still be unanswered. */
  #upgrading(request: IncomingMessage, early: Buffer): void {
    const { socket } = request
    const line = this.#lines.get(socket)
    if (line === undefined || line.busy) return void socket.destroy()
    if (early.length > 0) socket.unshift(early)
    const head = headOf(request)
    if (!this.#handlers.socketPaths.includes(head.path) || !asksForSocket(request)) {
      socket.unshift(Buffer.from(headText(request), 'latin1'))
      this.#plain.emit('connection', socket)
      return
    }
    const framing = handshakeFraming(head, framingOf(head, this.#options.headerBytesMax))
    const upgrade: Upgrade = (protocol, behind) => this.#upgrade(request, line, protocol, behind)
    const response = new ServerResponse(request)
    line.take(new NodeHandshake(request, response, head, framing, line, this.#host, upgrade))
  }

  #upgrade(
    request: IncomingMessage,
    line: NodeLine,
    protocol: string | null,
    early: Buffer,
  ): NodeSocket | null {
    if (protocol !== null) this.#picked.set(request, protocol)
    const accepted: NodeSocket[] = []
    this.#upgrades.handleUpgrade(request, line.socket, early, (library) => {
      const socket = new NodeSocket(library, line, this.#socketHost)
      this.#sockets.add(socket)
      accepted.push(socket)
    })
    return accepted[0] ?? null
  }

  /** What came is no HTTP, or the connection broke. */
  #failed({ code = '' }: NodeJS.ErrnoException, connection: Duplex): void {
    if (!code.startsWith('HPE_')) return void connection.destroy()
    this.#unreadable(connection, code === 'HPE_HEADER_OVERFLOW' ? 'header_cap' : 'malformed')
  }

  /** A head that is none, or asks for a tunnel. It is told so unless another is being answered. */
  #unreadable(connection: Duplex, reason: 'header_cap' | 'malformed'): void {
    const line = this.#lines.get(connection)
    if (line === undefined) return void connection.destroy()
    if (!line.broken()) return
    this.#ports.meter.rejected(reason)
    const status = reason === 'header_cap' ? '431 Request Header Fields Too Large' : '400 Bad Request'
    connection.write(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`)
    line.finish()
  }

  #endAll(): void {
    for (const socket of this.#sockets) socket.close(1012, 'the node is stopping')
    for (const connection of this.#open) connection.destroySoon()
    const { opening, resting, closing } = this.#lineHost
    const { reading, writing, lingering } = this.#host
    const { hearing, closing: parting } = this.#socketHost
    for (const waiting of [opening, resting, closing, reading, writing, lingering, hearing, parting])
      waiting.stop()
  }
}
