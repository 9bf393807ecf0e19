/**
 * The client of a node, for both profiles.
 *
 *     const sdk = new SDK({ baseUrl: 'http://127.0.0.1:8080', cap: process.env.RON_CAP })
 *     await sdk.put('/objects/hello.txt', new TextEncoder().encode('hi'))
 *     for await (const event of sdk.feed.subscribeHome({ user: 'alice' })) …
 *
 * `get`, `put`, `post` and `delete` take a path; the groups (`objects`, `mailbox`, `feed`, `graph`, `search`, …)
 * are typed from the node's contracts. Both retry what may be retried, within one deadline.
 */

import type { Api, CallOptions } from './api.ts'
import type { Binding, Carrier, Fields, Value } from './carrier.ts'
import { DeadlineError } from './error.ts'
import { bindings } from './generated/operations.ts'
import { HttpCarrier, type Fetch } from './http.ts'
import { OapCarrier } from './oap.ts'
import { retryInMs, retryShape, type RetryShape } from './retry.ts'
import { openSocket } from './socket.ts'
import { pause, system, type System } from './system.ts'

export { attenuate, inspect } from './capability.ts'
export { ConnectionError, DeadlineError, NodeError, type Problem } from './error.ts'
export type { CallOptions } from './api.ts'

export interface SdkOptions {
  /** `http://host:port` of the node. */
  readonly baseUrl: string
  /** The capability token, as text. */
  readonly cap?: string | undefined
  /** What carries the typed clients; paths (`get`, `put`, …) always go over HTTP. Default `http`. */
  readonly carrier?: 'http' | 'oap'
  /** For one call, all tries together. Default 10 s. */
  readonly timeoutMs?: number
  readonly retry?: Partial<RetryShape>
  /** Instead of the runtime's `fetch`. */
  readonly fetch?: Fetch
}

type Request = { readonly body?: Uint8Array } & { readonly [name: string]: Value }

/** JSON answers are parsed; anything else comes as bytes. */
export type Content = Value | Uint8Array

// The constructor assigns the groups; merging the interface gives them their types.
export interface SDK extends Api {}

export class SDK {
  readonly #http: HttpCarrier
  readonly #carrier: Carrier
  readonly #timeoutMs: number
  readonly #retry: RetryShape
  readonly #system: System = system

  constructor({ baseUrl, cap, carrier = 'http', timeoutMs = 10_000, retry = {}, fetch }: SdkOptions) {
    const base = checkedBase(baseUrl)
    this.#http = new HttpCarrier(base, cap, fetch ?? ((url, init) => globalThis.fetch(url, init)))
    this.#carrier = carrier === 'http' ? this.#http : new OapCarrier(base, cap, openSocket)
    this.#timeoutMs = timeoutMs
    this.#retry = { ...retryShape, ...retry }
    Object.assign(this, this.#groups())
  }

  /** The content at a path: a parsed value for JSON, bytes for everything else. */
  get(path: string, options: CallOptions = {}): Promise<Content> {
    return this.#send('GET', path, null, options)
  }

  /** Stores bytes, text, a Blob or a stream of bytes. A stream is sent once and never retried. */
  put(path: string, body: BodyInit, options: CallOptions = {}): Promise<Content> {
    return this.#send('PUT', path, body, options)
  }

  /** Sends raw content, or a plain value as JSON. Retried only when the node did nothing. */
  post(path: string, body: BodyInit | { readonly [name: string]: Value }, options: CallOptions = {}): Promise<Content> {
    return this.#send('POST', path, isRaw(body) ? body : new Blob([JSON.stringify(body)], { type: 'application/json' }), options)
  }

  delete(path: string, options: CallOptions = {}): Promise<Content> {
    return this.#send('DELETE', path, null, options)
  }

  /** The content at a path as a stream, for what should not be held in memory whole. */
  async open(path: string, options: CallOptions = {}): Promise<ReadableStream<Uint8Array>> {
    return this.#trying(true, options, async (signal) => {
      const { body } = await this.#http.send({ method: 'GET', target: path, headers: {}, body: null }, signal)
      return body ?? new ReadableStream({ start: (controller) => controller.close() })
    })
  }

  /** Closes what the SDK holds open: the WebSocket of `carrier: 'oap'`. */
  close(): void {
    this.#carrier.close()
  }

  #send(method: string, path: string, body: BodyInit | null, options: CallOptions): Promise<Content> {
    const once = method === 'POST' || body instanceof ReadableStream
    return this.#trying(!once, options, async (signal) => {
      return content(await this.#http.send({ method, target: path, headers: {}, body }, signal))
    })
  }

  /** One object per group, one function per binding. The types of `Api` come from the same contracts. */
  #groups(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
      Object.entries(bindings).map(([group, operations]) => [
        group,
        Object.fromEntries(
          Object.entries<Binding>(operations).map(([name, binding]) => [
            name,
            binding.subscription ? this.#subscription(binding) : this.#call(binding),
          ]),
        ),
      ]),
    )
  }

  #call(binding: Binding) {
    return (request: Request, options: CallOptions = {}) => {
      const { body, fields } = split(request)
      const idempotent = !binding.route.startsWith('POST') || hasIdempotencyKey(fields)
      return this.#trying(idempotent, options, async (signal) => {
        const answer = await this.#carrier.call(binding, fields, body, signal)
        return binding.responseBody === 'bytes' ? { ...answer.fields, body: answer.body } : answer.fields
      })
    }
  }

  #subscription(binding: Binding) {
    return (request: Fields, { signal }: CallOptions = {}) =>
      this.#carrier.subscribe(binding, request, signal ?? new AbortController().signal)
  }

  /** Runs `attempt` until it succeeds, may not be repeated, or the deadline has passed. */
  async #trying<T>(
    idempotent: boolean,
    { signal, timeoutMs = this.#timeoutMs }: CallOptions,
    attempt: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const deadline = new AbortController()
    const cancel = this.#system.after(timeoutMs, () => {
      deadline.abort(new DeadlineError(`no answer within ${timeoutMs} ms`))
    })
    const giveUp = () => deadline.abort(signal?.reason)
    signal?.addEventListener('abort', giveUp)
    if (signal?.aborted === true) giveUp()
    try {
      for (let tries = 1; ; tries++) {
        try {
          return await attempt(deadline.signal)
        } catch (failure) {
          deadline.signal.throwIfAborted()
          const waitMs = retryInMs(failure, tries, idempotent, this.#system.fraction(), this.#retry)
          if (waitMs === null) throw failure
          await pause(this.#system, waitMs, deadline.signal)
        }
      }
    } finally {
      cancel()
      signal?.removeEventListener('abort', giveUp)
    }
  }
}

async function content(response: Response): Promise<Content> {
  const bytes = new Uint8Array(await response.arrayBuffer())
  const type = response.headers.get('content-type') ?? ''
  if (bytes.length === 0 || !/^application\/json\b/.test(type)) return bytes
  const value: Value = JSON.parse(new TextDecoder().decode(bytes))
  return value
}

function checkedBase(baseUrl: string): string {
  const url = new URL(baseUrl)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError(`baseUrl must be an http or https URL; it is ${baseUrl}`)
  }
  return baseUrl.replace(/\/+$/, '')
}

/** What `fetch` can send as it is. */
function isRaw(body: BodyInit | { readonly [name: string]: Value }): body is BodyInit {
  return (
    typeof body === 'string' ||
    body instanceof Blob ||
    body instanceof ReadableStream ||
    body instanceof URLSearchParams ||
    body instanceof FormData ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body)
  )
}

/** Raw bytes ride beside the fields. */
function split({ body, ...fields }: Request): { fields: Fields; body: Uint8Array | null } {
  return { fields, body: body ?? null }
}

function hasIdempotencyKey(fields: Fields): boolean {
  return fields['idem_key'] !== undefined || fields['idempotency_key'] !== undefined
}
