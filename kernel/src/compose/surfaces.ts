/**
 * The two surfaces of a node as listeners: the node surface, where apps speak HTTP and OAP, and the admin
 * surface. Both run through the same gateway; the admin surface has no operations.
 */

import type { PlainRoute, StreamRoute } from '@ron/transport/gateway/http-gateway'
import { HttpGateway } from '@ron/transport/gateway/http-gateway'
import { operationTable } from '@ron/transport/gateway/oap-connection'
import { oapPost } from '@ron/transport/gateway/oap-post'
import { oapPath, OapSockets } from '@ron/transport/gateway/oap-socket'
import type { PublicOperation } from '@ron/transport/gateway/public-operations'
import type { Front } from '@ron/transport/gateway/front'
import { joined } from '@ron/transport/listener/joined'
import type { Driver, Handlers, Listener, ListenerLimits } from '@ron/transport/listener/listener'
import { nodeHttpAt } from '@ron/transport/listener/node'
import type { Place } from '@ron/transport/listener/node-listener'
import type { TlsOptions } from '@ron/transport/tls/context'
import type { HelloReply } from '@ron/transport/oap/hello'
import { sessionRequired } from '@ron/transport/gateway/sealed-conversation'
import type { Sealing } from '@ron/transport/session/sealing'
import type { NodeConfig } from '../config/node-config.ts'
import { parseSocketAddress } from '../config/socket-address.ts'
import { nextTurn } from '../system/turn.ts'

/** What a surface listens with. */
export interface Door {
  readonly driver: Driver
  readonly tls: TlsOptions | null
  /** Where it listens as well; null for nowhere else. */
  readonly place: Place | null
}

export interface NodeSurface {
  readonly listener: Listener
  /** Requests on WebSockets that wait for an answer; the listener counts those over HTTP. */
  oapInFlight(): number
  /** Ends subscriptions, and sockets as soon as they are idle. */
  drain(): void
}

export async function openNodeSurface(
  door: Door,
  config: NodeConfig,
  front: Front,
  operations: readonly PublicOperation[],
  plain: readonly PlainRoute[],
  protocols: Readonly<Record<string, number>>,
  server: string,
  sealing: Sealing | null,
): Promise<NodeSurface> {
  const hello: HelloReply = {
    frameBytesMax: front.limits.bodyBytesMax,
    chunkBytesMax: front.limits.chunkBytesMax,
    inFlightMax: front.limits.inFlightMax,
    transports: ['ws'],
    server,
    decompressRatioMax: front.limits.decompressRatioMax,
    pq: config.pq.mode,
    protocols,
  }
  const table = operationTable(operations)
  const sockets = new OapSockets(front, table, hello, sealing)
  const post = oapPost(front, table, hello, sealing)
  const gateway = new HttpGateway(overHttp(front, sealing), operations, [...plain, post])
  const handlers: Handlers = {
    exchange: (exchange) => gateway.serve(exchange),
    socketPaths: [oapPath],
    handshake: (handshake) => sockets.handshake(handshake),
  }
  const listener = await opened(door, config, config.node.bindAddr, handlers, front)
  return {
    listener,
    oapInFlight: () => sockets.inFlight,
    drain() {
      sockets.drain()
      gateway.drain()
    },
  }
}

/** HTTP has no sessions, so where one is required its operations are refused. */
function overHttp(front: Front, sealing: Sealing | null): Front {
  if (sealing === null || !sealing.required) return front
  const refused = sessionRequired()
  return { ...front, gate: (lasts, verb) => front.gate(lasts, verb) ?? refused }
}

export function openAdminSurface(
  door: Door,
  config: NodeConfig,
  front: Front,
  plain: readonly (PlainRoute | StreamRoute)[],
): Promise<Listener> {
  const gateway = new HttpGateway(front, [], plain)
  const handlers: Handlers = {
    exchange: (exchange) => gateway.serve(exchange),
    socketPaths: [],
    handshake: () => {},
  }
  return opened(door, config, config.node.metricsAddr, handlers, front)
}

async function opened(
  { driver, tls, place }: Door,
  config: NodeConfig,
  address: string,
  handlers: Handlers,
  front: Front,
): Promise<Listener> {
  const { host, port } = parseSocketAddress(address) ?? { host: '127.0.0.1', port: 0 }
  const limits = limitsOf(config)
  const ports = { ...front, nextTurn }
  const options = { ...limits, host, port, shared: config.node.handOver, tls }
  const listener = await driver.listen(options, handlers, ports)
  if (place === null) return listener
  return joined(listener, await nodeHttpAt(place, limits, handlers, ports))
}

function limitsOf({ limits, timeouts }: NodeConfig): ListenerLimits {
  return {
    connectionsMax: limits.maxConns,
    connectionsPerAddressMax: limits.maxConnsPerAddress,
    headerBytesMax: limits.maxHeaderBytes,
    readTimeoutMs: timeouts.readMs,
    writeTimeoutMs: timeouts.writeMs,
    idleTimeoutMs: timeouts.idleMs,
    wsMessageBytesMax: limits.maxBodyBytes,
    wsBufferBytesMax: 16 * limits.maxBodyBytes,
  }
}
