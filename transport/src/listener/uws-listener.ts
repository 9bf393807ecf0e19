/**
 * A listener on uWebSockets.js: counts connections, turns what the library calls into exchanges and sockets,
 * and ends them all in order. What was found to be so about the build this project pins is said where it
 * matters, and held by the compliance suites.
 */

import type { Refusal } from '@ron/kernel/contract/refusals'
import type { RejectReason } from '@ron/kernel/ports/meter'
import type * as Uws from 'uWebSockets.js'
import { Connections } from './connections.ts'
import { Deadlines } from './deadlines.ts'
import { framingOf, namelessField } from './framing.ts'
import { handshakeFraming } from './handshake.ts'
import { guarded } from './guarded.ts'
import { header } from './headers.ts'
import { InFlight } from './in-flight.ts'
import type { Handlers, Listener, ListenerOptions, ListenerPorts, RequestHead } from './listener.ts'
import type { ExchangeHost } from './exchange-host.ts'
import { UwsExchange } from './uws-exchange.ts'
import type { Received } from './received.ts'
import { PerAddress } from './per-address.ts'
import { addressOf, asksToClose, headOf } from './uws-head.ts'
import type { Loaded } from './uws-received.ts'
import { Closings } from './uws-response.ts'
import { UwsHandshake, type Upgrade, type UwsSocket } from './uws-socket.ts'

declare module 'uWebSockets.js' {
  export const LIBUS_LISTEN_EXCLUSIVE_PORT: number
  interface TemplatedApp {
    listen(
      host: string,
      port: number,
      options: number,
      done: (socket: Uws.us_listen_socket | false) => void,
    ): TemplatedApp
  }
}

/** What the library carries with a WebSocket. */
interface Carried {
  readonly socket: UwsSocket
}

/**
 * One in so many answers without a body ends its connection. The library does not say when such an answer
 * finds the client's side full, so a client that asks without end and reads nothing would grow the node's
 * memory; this way its connection ends long before the kernel's own buffers are full.
 */
const headOnlyRun = 512

/** How long a client may go on sending a body after it was answered. */
const lingerMs = 1_000

/** What the library takes as seconds of silence of a WebSocket. */
const silenceSeconds = { min: 8, max: 960 }

export class UwsListener implements Listener {
  readonly #library: typeof Uws
  readonly #received: Received
  readonly #options: ListenerOptions
  readonly #handlers: Handlers
  readonly #ports: ListenerPorts
  readonly #app: Uws.TemplatedApp
  readonly #host: ExchangeHost
  readonly #connections: Connections
  readonly #perAddress: PerAddress
  readonly #closings = new Closings()
  /** What waits for the library to return. */
  #afterwards: (() => void)[] = []
  /** Exchanges that something is owed to. */
  readonly #inFlight = new InFlight()
  readonly #sockets = new Set<UwsSocket>()
  #open = 0
  #port = 0
  #listening: Uws.us_listen_socket | null = null
  #draining = false
  #closed: Promise<void> | null = null

  constructor(
    { library, received }: Loaded,
    options: ListenerOptions,
    handlers: Handlers,
    ports: ListenerPorts,
  ) {
    this.#library = library
    this.#received = received
    this.#options = options
    this.#handlers = handlers
    this.#ports = ports
    this.#perAddress = new PerAddress(options)
    this.#connections = new Connections(
      ports.clock,
      options,
      (task) => this.#later(task),
      () => ports.meter.rejected('timeout'),
      (address) => this.#perAddress.closed(address),
    )
    this.#host = this.#exchangeHost()
    this.#app = library.App()
    this.#app.filter((native, change) => this.#connectionsChanged(native, change))
    for (const path of handlers.socketPaths) this.#app.ws<Carried>(path, this.#socketBehavior())
    this.#app.any('/*', (native, request) => this.#requested(native, request))
  }

  get port(): number {
    return this.#port
  }

  open(): Promise<void> {
    const { host, port, shared } = this.#options
    // The library shares unless told otherwise, and two processes could without knowing.
    const option = shared ? 0 : this.#library.LIBUS_LISTEN_EXCLUSIVE_PORT
    return new Promise((resolve, reject) => {
      this.#app.listen(host, port, option, (listening) => {
        if (listening === false) {
          reject(
            new Error(
              `cannot listen on ${host}:${port}; the port is taken or the address is not this machine's`,
            ),
          )
          return
        }
        this.#listening = listening
        this.#port = this.#library.us_socket_local_port(listening)
        resolve()
      })
    })
  }

  connections(): number {
    return this.#open
  }

  inFlight(): number {
    return this.#inFlight.count
  }

  renewTls(): void {}

  stopAccepting(): void {
    if (this.#draining) return
    this.#draining = true
    if (this.#listening !== null) this.#library.us_listen_socket_close(this.#listening)
  }

  close(graceMs: number): Promise<void> {
    this.stopAccepting()
    this.#closed ??= this.#inFlight.settled(this.#ports.clock, graceMs).then(() => this.#endAll())
    return this.#closed
  }

  #exchangeHost(): ExchangeHost {
    const { clock, random, meter } = this.#ports
    const { readTimeoutMs, writeTimeoutMs } = this.#options
    return {
      reading: new Deadlines(clock, readTimeoutMs, (exchange) => exchange.expire()),
      writing: new Deadlines(clock, writeTimeoutMs, (exchange) => {
        meter.rejected('timeout')
        exchange.close()
      }),
      lingering: new Deadlines(clock, lingerMs, (exchange) => exchange.stopLingering()),
      draining: () => this.#draining,
      endRun: () => random.fraction() * headOnlyRun < 1,
      closings: this.#closings,
      connections: this.#connections,
      handle: (exchange) => this.#handleAtOnce(exchange, () => this.#handlers.exchange(exchange)),
      later: (task) => this.#later(task),
      done: (exchange) => {
        this.#connections.over(exchange)
        this.#inFlight.done()
      },
    }
  }

  /** Not called with -1 for a connection that became a WebSocket: its close event counts instead. */
  #connectionsChanged(native: Uws.HttpResponse, change: number): void {
    this.#open += change
    if (change < 0) return this.#closings.happened()
    const address = addressOf(native)
    if (this.#open > this.#options.connectionsMax) this.#refuse(native, 'connections')
    else if (!this.#perAddress.admit(address)) this.#refuse(native, 'connections_per_address')
    else this.#connections.opened(native, address)
  }

  #refuse(native: Uws.HttpResponse, reason: RejectReason): void {
    this.#ports.meter.rejected(reason)
    native.close()
  }

  /** A request that is all head is handled when its connection is known, which is before the library returns. */
  #requested(native: Uws.HttpResponse, request: Uws.HttpRequest): void {
    if (this.#connections.late(() => addressOf(native))) return
    const { head, framing, last } = this.#read(request)
    const exchange = new UwsExchange(native, head, framing, last, this.#host)
    if (exchange.fault !== null || exchange.bodyBytes !== 0)
      return this.#begin(exchange, () => this.#handlers.exchange(exchange))
    this.#inFlight.begun()
    this.#connections.arriving(exchange)
  }

  /**
   * `last`: what follows is not to be taken for a request, though the library does. It does so behind fields that it does
   * not show, behind any two bytes at the end of the last chunk, and behind one that was to be the last.
   */
  #read(request: Uws.HttpRequest): { head: RequestHead; framing: number | null | Refusal; last: boolean } {
    const head = headOf(request)
    const end = this.#received.headEnd(request, head)
    const framing = end === 'nameless' ? namelessField() : framingOf(head, this.#options.headerBytesMax)
    return { head, framing, last: end !== 'whole' || typeof framing !== 'number' || asksToClose(head) }
  }

  /**
   * The library upgrades well inside of the call that brought the head, or while it holds back another
   * connection; asked then to hold back this one too, it does not. In any other case it may, where the memory of
   * the connection need not move, go on to read it as if it still spoke HTTP, and find that it should be closed.
   * So a handshake is decided at once when its connection can be told; when it cannot, there are others.
   */
  #shakenHands(native: Uws.HttpResponse, request: Uws.HttpRequest, context: Uws.us_socket_context_t): void {
    if (this.#connections.late(() => addressOf(native))) return
    const { head, framing: asRequest, last } = this.#read(request)
    const key = header(head.headers, 'sec-websocket-key') ?? ''
    const upgrade = (socket: UwsSocket, protocol: string | null) =>
      native.upgrade<Carried>({ socket }, key, protocol ?? '', '', context)
    let told = false
    const upgrading = (): Upgrade | null => {
      if (told) return upgrade
      const other = this.#another()
      return other && ((...accepted) => other.cork(() => native.cork(() => upgrade(...accepted))))
    }
    const framing = handshakeFraming(head, asRequest)
    const handshake = new UwsHandshake(native, head, framing, last, this.#host, upgrading)
    const handle = () => this.#handlers.handshake(handshake)
    told = framing === 0 && this.#connections.tell(handshake)
    if (!told) return this.#begin(handshake, handle)
    this.#inFlight.begun()
    this.#handleAtOnce(handshake, handle)
  }

  /** Inside of the library's call, which goes on to touch what would be closed in it. */
  #handleAtOnce(exchange: UwsExchange, handle: () => void): void {
    if (!guarded(this.#ports.log, handle)) this.#later(() => exchange.close())
  }

  /** A connection that is there, beside one that is busy. */
  #another(): { cork(write: () => void): void } | null {
    const [socket = null] = this.#sockets
    return socket ?? this.#connections.silentOne()
  }

  /**
   * Any other is handled when the library has returned. Unanswered by then, it makes the library refuse what
   * follows on the connection, so what a wrongly framed request smuggles along in the same bytes never runs.
   */
  #begin(exchange: UwsExchange, handle: () => void): void {
    this.#inFlight.begun()
    if (exchange.fault === null && exchange.bodyBytes !== null) this.#connections.arriving(exchange)
    else if (!this.#connections.tell(exchange)) {
      this.#connections.stray(exchange)
      exchange.listenForBody()
    }
    this.#later(() => {
      if (!exchange.aborted && !guarded(this.#ports.log, handle)) exchange.close()
    })
  }

  /** Runs a task when the library has returned, after everything else that came in the same turn. */
  #later(task: () => void): void {
    if (this.#afterwards.push(task) > 1) return
    void this.#ports.nextTurn().then(() => {
      for (const due of this.#afterwards.splice(0)) due()
    })
  }

  #socketBehavior(): Uws.WebSocketBehavior<Carried> {
    const { wsMessageBytesMax, wsBufferBytesMax, idleTimeoutMs } = this.#options
    const seconds = Math.ceil(idleTimeoutMs / 1_000)
    return {
      // What is a little too large is told so with 1009; what is far too large is cut off by the library.
      maxPayloadLength: 2 * wsMessageBytesMax,
      maxBackpressure: wsBufferBytesMax,
      // A message left out would make the rest of the stream wrong.
      closeOnBackpressureLimit: true,
      idleTimeout: Math.min(silenceSeconds.max, Math.max(silenceSeconds.min, seconds)),
      sendPingsAutomatically: true,
      upgrade: (native, request, context) => this.#shakenHands(native, request, context),
      open: (native) => {
        const { socket } = native.getUserData()
        this.#sockets.add(socket)
        this.#perAddress.opened(socket.peer)
        socket.opened(native)
      },
      message: (native, message, isBinary) => {
        const { socket } = native.getUserData()
        if (message.byteLength > wsMessageBytesMax) {
          socket.close(1009, `a message has at most ${wsMessageBytesMax} bytes`)
        } else guarded(this.#ports.log, () => socket.received(new Uint8Array(message).slice(), isBinary))
      },
      drain: (native) => {
        guarded(this.#ports.log, () => native.getUserData().socket.hasRoom())
      },
      close: (native, code) => {
        const { socket } = native.getUserData()
        this.#open--
        this.#sockets.delete(socket)
        this.#perAddress.closed(socket.peer)
        guarded(this.#ports.log, () => socket.ended(code))
      },
    }
  }

  #endAll(): void {
    for (const socket of this.#sockets) socket.close(1012, 'the node is stopping')
    this.#app.close()
    const { reading, writing, lingering } = this.#host
    for (const waiting of [this.#connections, reading, writing, lingering]) waiting.stop()
  }
}
