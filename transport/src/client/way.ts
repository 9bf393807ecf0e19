/**
 * A way to a node that the runtime's own `fetch` and WebSocket cannot go: over TLS with authorities and a certificate of
 * one's own, or to a Unix socket. For Node alone; it knows no routes and no tokens.
 */

import { Agent, request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http'
import { Agent as SecureAgent, request as requestHttps } from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** PEM texts. */
export interface Trust {
  /** Authorities to trust, instead of those of the runtime. */
  readonly ca?: string
  /** What the node is shown, with its chain; `key` belongs to it. */
  readonly cert?: string
  readonly key?: string
}

export type Target =
  { readonly kind: 'tls'; readonly trust: Trust } | { readonly kind: 'socket'; readonly path: string }

export interface Way {
  /** For libraries that open connections by one, such as `ws`. */
  readonly agent: Agent
  /**
   * As the runtime's, for absolute URLs of the scheme that the target has, without redirects: one is refused. Rejects
   * with the signal's reason, or a TypeError whose cause says what was wrong with the connection.
   */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
}

/** Connections without a request are closed before the node does it, as the runtime's `fetch` does. */
const idleMs = 4_000

/** Throws a sentence when certificate and key cannot be read, or do not belong together. */
export function wayTo(target: Target): Way {
  const usual = { keepAlive: true, timeout: idleMs }
  const secure = target.kind === 'tls' ? new SecureAgent({ ...usual, ...target.trust }) : null
  const agent =
    secure ?? new Agent({ ...usual, ...(target.kind === 'socket' ? { socketPath: target.path } : {}) })
  return {
    agent,
    async fetch(url, init) {
      const signal = init.signal ?? undefined
      signal?.throwIfAborted()
      const headers = Object.fromEntries(new Headers(init.headers))
      const options = {
        method: init.method ?? 'GET',
        headers,
        agent,
        ...(signal === undefined ? {} : { signal }),
      }
      const request = secure === null ? requestHttp(url, options) : requestHttps(url, options)
      const answered = new Promise<IncomingMessage>((resolve, reject) => {
        request.once('response', resolve)
        // Stays for what breaks later, which whoever reads the body hears of.
        request.on('error', reject)
      })
      sent(request, init.body ?? null).catch((cause: unknown) =>
        request.destroy(cause instanceof Error ? cause : new Error(String(cause))),
      )
      try {
        return responseOf(await answered)
      } catch (cause) {
        signal?.throwIfAborted()
        throw new TypeError('fetch failed', { cause })
      }
    },
  }
}

/** A node may answer before it has it all. */
async function sent(request: ClientRequest, body: NonNullable<RequestInit['body']> | null): Promise<void> {
  if (body === null) return void request.end()
  if (typeof body === 'string' || body instanceof Uint8Array) return void request.end(body)
  if (body instanceof Blob) request.setHeader('content-length', body.size)
  const stream = body instanceof Blob ? body.stream() : body
  if (!(stream instanceof ReadableStream))
    throw new TypeError('a body must be text, a Uint8Array, a Blob or a stream of bytes')
  await pipeline(Readable.from(stream), request)
}

/** Statuses without a body, which a Response insists on. */
const bodiless = new Set([204, 205, 304])

function responseOf(message: IncomingMessage): Response {
  const { statusCode: status = 0, statusMessage: statusText = '', rawHeaders, headers } = message
  if (status >= 300 && status < 400 && headers.location !== undefined) {
    message.destroy()
    throw new Error(`a redirect to ${headers.location} is not followed`)
  }
  const pairs = rawHeaders.flatMap((name, at): [string, string][] =>
    at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? '']] : [],
  )
  const none = bodiless.has(status)
  if (none) message.resume()
  return new Response(none ? null : bodyOf(message), { status, statusText, headers: pairs })
}

/** Read as fast as it is taken; it fails when the connection breaks before the end. */
function bodyOf(message: IncomingMessage): ReadableStream<Uint8Array> {
  const pieces: AsyncIterator<unknown> = message[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next()
        if (done === true) controller.close()
        else if (value instanceof Uint8Array) controller.enqueue(new Uint8Array(value))
      },
      cancel() {
        message.destroy()
      },
    },
    { highWaterMark: 0 },
  )
}
