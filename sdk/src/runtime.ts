/**
 * What Node does in its own way: WebSockets, and request bodies that are streams. In the bundle for browsers
 * `runtime.browser.ts` stands in its place (`imports` in package.json).
 */

import type { SessionTools } from '@ron/transport/session/tools'
import type { Target, Way } from '@ron/transport/client/way'
import type { Fetch } from './http.ts'
import { adapted, type OpenSocket } from './socket.ts'
import type { StreamBody } from './stream-body.ts'

/** A message holds whole frames, each at most 1 MiB; a node that sends many at once stays far below this. */
const messageBytesMax = 16 * 1024 * 1024
const closeTimeoutMs = 2_000
const socketOptions = { perMessageDeflate: false, maxPayload: messageBytesMax, closeTimeout: closeTimeoutMs }

/** The runtime's own, or the `ws` package where there is none (Node 20). */
export const openSocket: OpenSocket = async (url, protocol, events) => {
  if (typeof WebSocket === 'function') return adapted(new WebSocket(url, protocol), events)
  const { WebSocket: NodeWebSocket } = await import('ws')
  return adapted(new NodeWebSocket(url, protocol, socketOptions), events)
}

/** What there is for a node that the runtime's own `fetch` and WebSocket do not reach. Its connections are opened when asked. */
export function specialWay(target: Target): { readonly fetch: Fetch; readonly openSocket: OpenSocket } {
  let way: Promise<Way> | null = null
  const found = () => (way ??= import('@ron/transport/client/way').then(({ wayTo }) => wayTo(target)))
  return {
    fetch: async (url, init) => (await found()).fetch(url, init),
    async openSocket(url, protocol, events) {
      const { agent } = await found()
      const { WebSocket: NodeWebSocket } = await import('ws')
      return adapted(new NodeWebSocket(url, protocol, { ...socketOptions, agent }), events)
    },
  }
}

/** X-Wing with what Node has of its own, and the quickest ML-KEM beside it. */
export const sessionTools = async (): Promise<SessionTools> => {
  const { nativeTools } = await import('@ron/transport/session/native-tools')
  return nativeTools()
}

/** It goes out as it comes. `fetch` wants to be told that it does not wait for the response. */
export const streamBody: StreamBody = async (stream) => ({ body: stream, duplex: 'half' })
