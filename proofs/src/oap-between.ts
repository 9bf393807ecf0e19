/**
 * Somebody between a client and a node, who sees every message of their WebSockets and may change, keep back or repeat
 * it. Over TCP without TLS that could be anybody on the way.
 */

import { once } from 'node:events'
import { after } from 'node:test'
import { WebSocketServer, WebSocket } from 'ws'

type Side = 'client' | 'node'

export interface Between {
  readonly url: string
  /** All that went past, in order, as it was sent. */
  readonly seen: readonly { readonly from: Side; readonly message: Buffer }[]
  /** What goes on instead of each message; null keeps it back. */
  meddle: (message: Buffer, from: Side) => Buffer | null
  /** Breaks every connection. */
  cut(): void
}

export async function between(nodeUrl: string): Promise<Between> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'oap.1' })
  await once(server, 'listening')
  const seen: { from: Side; message: Buffer }[] = []
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const one: Between = {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    meddle: (message) => message,
    cut() {
      for (const client of server.clients) client.terminate()
    },
  }
  after(() => {
    one.cut()
    server.close()
  })
  server.on('connection', (client) => {
    const node = new WebSocket(`${nodeUrl.replace('http', 'ws')}/oap`, 'oap.1', { perMessageDeflate: false })
    const early: Buffer[] = []
    const pass = (to: WebSocket, from: Side) => (message: Buffer) => {
      seen.push({ from, message })
      const changed = one.meddle(message, from)
      if (changed === null) return
      if (to.readyState === WebSocket.CONNECTING) early.push(changed)
      else to.send(changed)
    }
    client.on('message', pass(node, 'client'))
    node.on('message', pass(client, 'node'))
    node.on('open', () => {
      for (const message of early) node.send(message)
    })
    for (const [from, to] of [
      [client, node],
      [node, client],
    ] as const) {
      from.on('close', () => to.close())
      from.on('error', () => to.close())
    }
  })
  return one
}
