/** The other side of the wire in tests: an HTTP server that answers as the test says, as a node would. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'

export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export interface HttpPeer {
  readonly baseUrl: string
  /** Every request so far, whole. */
  readonly seen: readonly Seen[]
  /** Connections that are open. */
  connections(): Promise<number>
  close(): Promise<void>
}

/** `answer` is called with each request when it is whole; `nth` counts from 1. */
export async function httpPeer(
  answer: (response: ServerResponse, request: Seen, nth: number) => void,
): Promise<HttpPeer> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    void whole(request).then((body) => {
      const { method = '', url = '', headers } = request
      const nth = seen.push({ method, url, headers, body })
      answer(response, { method, url, headers, body }, nth)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    seen,
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)))
      }),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export function json(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
}

/** A refusal as the node writes it. */
export function problem(
  response: ServerResponse,
  status: number,
  code: string,
  more: { readonly retryable?: boolean; readonly retry_after_ms?: number } = {},
  headers: Record<string, string> = {},
) {
  const body = {
    type: `urn:ron:problem:${code.toLowerCase()}`,
    title: code,
    status,
    detail: `it is ${code}`,
    code,
    retryable: false,
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    ...more,
  }
  json(response, status, body, { 'content-type': 'application/problem+json', ...headers })
}

async function whole(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk)
  } catch {
    // The client went away; what came of the body is what there is.
  }
  return Buffer.concat(chunks)
}
