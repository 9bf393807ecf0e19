/**
 * A web app as it is deployed: one origin that serves its page and the SDK for browsers, and hands everything
 * under `/node` on to the node, WebSockets too. The node sends no CORS headers, so to a browser this is the node.
 */

import { readFileSync } from 'node:fs'
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { after } from 'node:test'
import type { NodeProcess } from './node-process.ts'

/** What may happen to a request on the way: a gateway that is busy, or a connection that breaks within the answer. */
type Fault = 'busy' | 'broken'

export interface WebApp {
  readonly origin: string
  /** The node, as its pages see it. */
  readonly baseUrl: string
  /** `GET /objects` of every request for the node so far, and of every WebSocket. */
  readonly seen: readonly string[]
  /** The headers of the last WebSocket's handshake. */
  readonly handshake: () => IncomingMessage['headers']
  /** What happens to the next requests for the node, one after the other; null is nothing. */
  fault(...faults: readonly (Fault | null)[]): void
  /** Breaks every WebSocket, as a gateway that restarts does. */
  breakSockets(): void
}

const bundle = readFileSync(fileURLToPath(new URL('../../sdk/dist/browser.js', import.meta.url)))
const prefix = '/node'

/** `pages` are HTML by path, or plain text where they do not begin with `<`. */
export async function startWebApp(
  node: Pick<NodeProcess, 'url'>,
  pages: Readonly<Record<string, string>>,
): Promise<WebApp> {
  const seen: string[] = []
  const faults: (Fault | null)[] = []
  const sockets = new Set<Duplex>()
  let handshake: IncomingMessage['headers'] = {}

  const server = createServer((request, response) => {
    const path = pathAtNode(request)
    if (path === null) return serve(request, response, pages)
    seen.push(`${request.method} ${path}`)
    const fault = faults.shift() ?? null
    if (fault === null) handOn(node, path, request, response)
    else fail(fault, request, response)
  })
  server.on('upgrade', (request, socket, head) => {
    const path = pathAtNode(request)
    if (path === null) return void socket.destroy()
    seen.push(`${request.method} ${path}`)
    handshake = request.headers
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    join(socket, head, handshakeAt(node, path, request))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const breakSockets = () => {
    for (const socket of sockets) socket.destroy()
  }
  after(() => {
    breakSockets()
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const origin = `http://127.0.0.1:${port}`
  return {
    origin,
    baseUrl: origin + prefix,
    seen,
    handshake: () => handshake,
    fault: (...more) => void faults.push(...more),
    breakSockets,
  }
}

/** Path and query as the node will see them; null for what is the app's own. */
function pathAtNode({ url = '' }: IncomingMessage): string | null {
  return url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : null
}

function serve(
  { url = '' }: IncomingMessage,
  response: ServerResponse,
  pages: Readonly<Record<string, string>>,
) {
  const page = pages[url]
  if (url === '/app-sdk.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(bundle)
  else if (page === undefined) response.writeHead(404).end()
  else {
    const type = page.startsWith('<') ? 'text/html' : 'text/plain'
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(page)
  }
}

function handOn({ url }: Pick<NodeProcess, 'url'>, path: string, from: IncomingMessage, to: ServerResponse) {
  const { method = '', headers } = from
  const onward = ask(url + path, { method, headers }, (answer) => {
    to.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(to)
  })
  onward.on('error', () => to.destroy())
  // A page that gives a request up takes it away from the node too.
  to.once('close', () => onward.destroy())
  from.pipe(onward)
}

function fail(fault: Fault, request: IncomingMessage, response: ServerResponse) {
  request.resume()
  if (fault === 'busy') response.writeHead(503, { 'retry-after': '0' }).end('the gateway is busy')
  else response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy())
}

/** A connection to the node on which the client's handshake has been sent. */
function handshakeAt({ url }: Pick<NodeProcess, 'url'>, path: string, request: IncomingMessage): Socket {
  const { hostname, port } = new URL(url)
  const upstream = connect(Number(port), hostname)
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}\r\n`)
  upstream.write(`GET ${path} HTTP/1.1\r\n${headers.join('')}\r\n`)
  return upstream
}

/** Two connections as one; they end together. */
function join(client: Duplex, head: Buffer, node: Socket) {
  for (const [one, other] of [
    [client, node],
    [node, client],
  ] as const) {
    one.on('error', () => other.destroy())
    one.once('close', () => other.destroy())
  }
  node.write(head)
  client.pipe(node).pipe(client)
}
