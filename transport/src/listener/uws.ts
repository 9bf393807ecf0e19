/**
 * The listener on uWebSockets.js: the one file that loads the library. What was found to be so about the build
 * this project pins is said where it matters, and held by `listener.suite.ts`.
 */

import type { HttpRequest, HttpResponse, us_listen_socket, us_socket_context_t } from 'uWebSockets.js'
import { addressText } from './address.ts'
import { Deadlines } from './deadlines.ts'
import { bodyLength, headBytes, headTooLarge } from './framing.ts'
import { header } from './headers.ts'
import type { Driver, Handlers, Listener, ListenerOptions, ListenerPorts, RequestHead } from './listener.ts'
import { UnheardConnections } from './unheard.ts'
import { UwsExchange, type ExchangeHost } from './uws-exchange.ts'
import { unknownVersion, UwsHandshake, type UwsSocket } from './uws-socket.ts'

declare module 'uWebSockets.js' {
  export const LIBUS_LISTEN_EXCLUSIVE_PORT: number
  interface TemplatedApp {
    listen(
      host: string,
      port: number,
      options: number,
      done: (socket: us_listen_socket | false) => void,
    ): TemplatedApp
  }
}

type Library = typeof import('uWebSockets.js')

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

export const uws: Driver = {
  info: { name: 'uWebSockets.js', version: '20.0.8', abi: process.versions.modules },
  listen: async (options, handlers, ports) =>
    start(await load(options.headerBytesMax), options, handlers, ports),
}

async function load(headerBytesMax: number): Promise<Library> {
  // Read by the library when it is loaded, once in the life of the process.
  process.env['UWS_HTTP_MAX_HEADERS_SIZE'] ??= String(headerBytesMax)
  try {
    return await import('uWebSockets.js')
  } catch (cause) {
    const { platform, arch, version, versions } = process
    const here = `${platform} ${arch}, Node ${version}, ABI ${versions.modules}`
    const fix = 'use Node 20 or 22 on glibc Linux, macOS or Windows and run npm ci'
    throw new Error(`uWebSockets.js has no binary for ${here}; ${fix}`, { cause })
  }
}

async function start(
  library: Library,
  options: ListenerOptions,
  handlers: Handlers,
  { clock, random, log, meter }: ListenerPorts,
): Promise<Listener> {
  const app = library.App()
  const sockets = new Set<UwsSocket>()
  const exchanges = new Set<UwsExchange>()
  const unheard = new UnheardConnections(clock, options.readTimeoutMs, () => meter.rejected('timeout'))
  let connections = 0
  let draining = false
  let emptied = () => {}

  const host: ExchangeHost = {
    reading: new Deadlines(clock, options.readTimeoutMs, (exchange) => exchange.expire()),
    writing: new Deadlines(clock, options.writeTimeoutMs, (exchange) => {
      meter.rejected('timeout')
      exchange.close()
    }),
    lingering: new Deadlines(clock, lingerMs, (exchange) => exchange.stopLingering()),
    draining: () => draining,
    endRun: () => random.fraction() * headOnlyRun < 1,
    later: (task) => void clock.after(0, task),
    done: (exchange) => {
      exchanges.delete(exchange)
      if (exchanges.size === 0) emptied()
    },
  }

  // Not called with -1 for a connection that became a WebSocket; its close event counts instead.
  app.filter((native, change) => {
    connections += change
    if (change < 0) return
    if (connections <= options.connectionsMax) unheard.opened(native, addressOf(native))
    else {
      meter.rejected('connections')
      native.close()
    }
  })

  const behavior = {
    // What is a little too large is told so with 1009; what is far too large is cut off by the library.
    maxPayloadLength: 2 * options.wsMessageBytesMax,
    maxBackpressure: options.wsBufferBytesMax,
    // A message left out would make the rest of the stream wrong.
    closeOnBackpressureLimit: true,
    idleTimeout: clamp(Math.ceil(options.idleTimeoutMs / 1_000), silenceSeconds),
    sendPingsAutomatically: true,
    upgrade: (native: HttpResponse, request: HttpRequest, context: us_socket_context_t) => {
      const head = readHead(native, request)
      const key = header(head.headers, 'sec-websocket-key') ?? ''
      const fault = unknownVersion(head.headers)
      begin(
        new UwsHandshake(native, head, fault ?? bodyOf(head), host, (socket, protocol) => {
          native.cork(() => {
            native.upgrade<Carried>({ socket }, key, protocol ?? '', '', context)
          })
        }),
        (handshake) => handlers.handshake(handshake),
      )
    },
  }
  for (const path of handlers.socketPaths) {
    app.ws<Carried>(path, {
      ...behavior,
      open(native) {
        const { socket } = native.getUserData()
        sockets.add(socket)
        socket.opened(native)
      },
      message(native, message, isBinary) {
        const { socket } = native.getUserData()
        if (message.byteLength > options.wsMessageBytesMax) {
          socket.close(1009, `a message has at most ${options.wsMessageBytesMax} bytes`)
        } else guarded(() => socket.received(new Uint8Array(message).slice(), isBinary))
      },
      drain: (native) => guarded(() => native.getUserData().socket.hasRoom()),
      close(native, code) {
        const { socket } = native.getUserData()
        connections--
        sockets.delete(socket)
        guarded(() => socket.ended(code))
      },
    })
  }
  app.any('/*', (native, request) => {
    const head = readHead(native, request)
    begin(new UwsExchange(native, head, bodyOf(head), host), (exchange) => handlers.exchange(exchange))
  })

  const listenSocket = await opened(library, app, options)
  const stopAccepting = () => {
    if (draining) return
    draining = true
    library.us_listen_socket_close(listenSocket)
  }
  let closing: Promise<void> | null = null
  return {
    port: library.us_socket_local_port(listenSocket),
    connections: () => connections,
    inFlight: () => exchanges.size,
    stopAccepting,
    close(graceMs) {
      stopAccepting()
      closing ??= settled(graceMs).then(endAll)
      return closing
    },
  }

  /** The peer is read before anything is answered: a closed connection has none. */
  function readHead(native: HttpResponse, request: HttpRequest): RequestHead {
    const headers: [string, string][] = []
    request.forEach((name, value) => headers.push([name, value]))
    const peer = addressOf(native)
    unheard.heardFrom(peer)
    return {
      method: request.getCaseSensitiveMethod(),
      path: request.getUrl(),
      query: request.getQuery() ?? '',
      headers,
      peer,
    }
  }

  function bodyOf({ method, path, query, headers }: RequestHead) {
    const bytes = headBytes(`${method} ${path}?${query} HTTP/1.1`.length, headers)
    return bytes > options.headerBytesMax ? headTooLarge(bytes, options.headerBytesMax) : bodyLength(headers)
  }

  function begin<Begun extends UwsExchange>(exchange: Begun, handle: (exchange: Begun) => void): void {
    exchanges.add(exchange)
    const handled = () => {
      if (!guarded(() => handle(exchange))) exchange.close()
      exchange.handled()
    }
    // Unanswered, a request makes the library refuse what follows on the connection. So what a wrongly framed
    // request smuggles along in the same bytes never runs.
    if (exchange.fault === null) handled()
    else host.later(() => exchange.aborted || handled())
  }

  /** A mistake above must not end the process from inside the library. */
  function guarded(run: () => void): boolean {
    try {
      run()
      return true
    } catch (error) {
      log.error('a handler of the listener failed', { error: error instanceof Error ? error.stack : String(error) })
      return false
    }
  }

  function settled(graceMs: number): Promise<void> {
    if (exchanges.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = clock.after(graceMs, resolve)
      emptied = () => {
        cancel()
        resolve()
      }
    })
  }

  function endAll(): void {
    for (const socket of sockets) socket.close(1001, 'the node is stopping')
    app.close()
    for (const deadlines of [unheard, host.reading, host.writing, host.lingering]) deadlines.stop()
  }
}

function opened(
  library: Library,
  app: ReturnType<Library['App']>,
  { host, port }: ListenerOptions,
): Promise<us_listen_socket> {
  return new Promise((resolve, reject) => {
    // Without the option, two processes could share the port without knowing.
    app.listen(host, port, library.LIBUS_LISTEN_EXCLUSIVE_PORT, (socket) => {
      if (socket !== false) resolve(socket)
      else reject(new Error(`cannot listen on ${host}:${port}; the port is taken or the address is not this machine's`))
    })
  })
}

function addressOf(native: HttpResponse): string {
  return addressText(new Uint8Array(native.getRemoteAddress()))
}

function clamp(value: number, { min, max }: { min: number; max: number }): number {
  return Math.min(max, Math.max(min, value))
}
