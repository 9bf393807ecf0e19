/** Requests as an app sends them, with `fetch`; what only a raw socket can say is said with one. */

import type { NodeProcess } from './node-process.ts'

export interface Asking {
  /** Instead of the node's own token; null sends none. */
  readonly token?: string | null
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
  /** Sent as JSON. */
  readonly json?: unknown
  readonly signal?: AbortSignal
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array
  readonly text: string
  /** The body as JSON, in the shape the caller is about to assert. */
  json<Shape>(): Shape
}

/** The body of a refusal (RFC 9457). */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly retryable: boolean
  readonly retry_after_ms?: number
  readonly trace_id: string
  readonly explain?: {
    readonly wall: string
    readonly rule?: string
    readonly caveat?: string
    readonly fix?: string
  }
}

/** Longer than any answer takes; a node that never answers must not hold up the tests. */
const patienceMs = 60_000

export type Ask = (what: `${string} /${string}`, asking?: Asking) => Promise<Reply>

/** A client of one node: `ask('PUT /objects/a', { body: 'x' })`. */
export function asker({ url, token }: Pick<NodeProcess, 'url' | 'token'>): Ask {
  const own = token
  return async (
    what,
    { token = own, headers = {}, body, json, signal = AbortSignal.timeout(patienceMs) } = {},
  ) => {
    const [method = '', path = ''] = what.split(' ')
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: json === undefined ? sendable(body) : JSON.stringify(json),
      signal,
    })
    const bytes = new Uint8Array(await response.arrayBuffer())
    const text = Buffer.from(bytes).toString()
    return {
      status: response.status,
      headers: response.headers,
      bytes,
      text,
      json<Shape>() {
        const value: Shape = JSON.parse(text)
        return value
      },
    }
  }
}

/** A copy, for a body must not lie in shared memory. */
function sendable(body: Asking['body']): BodyInit | null {
  return body instanceof Uint8Array ? Uint8Array.from(body) : (body ?? null)
}
