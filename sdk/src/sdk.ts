/**
 * The client of a node, for both profiles.
 *
 *     const sdk = new SDK({ baseUrl: 'http://127.0.0.1:8080', cap: process.env.RON_CAP })
 *     await sdk.put('/objects/hello.txt', new TextEncoder().encode('hi'))
 *     for await (const event of sdk.feed.watchHome({ user: 'alice' })) …
 *
 * `get`, `put`, `post` and `delete` take a path; the groups (`objects`, `mailbox`, `feed`, `graph`, `search`, …)
 * are typed from the node's contracts. Both retry what may be retried, within one deadline.
 */

import { openSocket, sessionTools, specialWay } from '#runtime'
import { noBytes } from '@ron/transport/oap/bytes'
import type { Api, CallOptions } from './api.ts'
import type { Binding, Carrier, Fields } from './carrier.ts'
import { bindings } from './generated/operations.ts'
import { streamOf } from './http-body.ts'
import { httpRequest, type HttpRequest } from './http-request.ts'
import { HttpCarrier, type Fetch } from './http.ts'
import { Lifetime } from './lifetime.ts'
import { upload, type MediaTransfers } from './media.ts'
import { OapCarrier } from './oap.ts'
import { givesNonces, presenter, type Present, type Prove } from './presenter.ts'
import { checkedCap, checkedPath, checkedSessions, checkedTarget, type ClientTls } from './options.ts'
import { contentOf, isPathBody, sendable, type Content, type PathBody } from './paths.ts'
import { repeatable } from './repeatable.ts'
import { retryShape, type Repeatable, type RetryShape } from './retry.ts'
import { retrying } from './retrying.ts'
import { system, today, type System } from './system.ts'

export { attenuate, bind, inspect, simulate, type Inspected, type Simulated } from './capability.ts'
export { ConnectionError, DeadlineError, NodeError, ProtocolError } from './error.ts'
export type { Api, CallOptions } from './api.ts'
export type { Value } from './carrier.ts'
export type { Operations } from './generated/operations.ts'
export type { Fetch } from './http.ts'
export type { MediaTransfers, Uploaded, UploadOptions, UploadProgress } from './media.ts'
export { packIds, packLetters, unpackDeliveries, unpackOutcomes, unpackReceipts } from './packed.ts'
export type { AckOutcome, Delivery, Draft, Receipt } from './packed.ts'
export type { ClientTls } from './options.ts'
export type { Content, PathBody } from './paths.ts'
export type { Prove, ToProve } from './presenter.ts'
export type { Explanation, Problem } from './problem.ts'
export type { RetryShape } from './retry.ts'
export { tokensOf } from './tokens.ts'
export type {
  AdminClient,
  InspectedByNode,
  MintedToken,
  RequestToSimulate,
  Revocation,
  SimulatedByNode,
  Tokens,
  TokenStop,
  TokensToRevoke,
} from './tokens.ts'

export interface SdkOptions {
  /** `http://host:port` of the node; in Node also `unix:/path` of its socket. */
  readonly baseUrl: string
  /** For https, in Node: whom to trust, and what to show. */
  readonly tls?: ClientTls | undefined
  /** The capability token, as text. */
  readonly cap?: string | undefined
  /** Proves what `zk` caveats of the token ask for: for every try of every call, with a nonce of the node. */
  readonly prove?: Prove | undefined
  /** What carries the typed clients; paths (`get`, `put`, …) always go over HTTP. Default `http`. */
  readonly carrier?: 'http' | 'oap'
  /** False: once the WebSocket of `carrier: 'oap'` broke, calls fail instead of opening another. Default true. */
  readonly reconnect?: boolean
  /**
   * Post-quantum sessions of `carrier: 'oap'`. `prefer` seals what is sent to a node that opens sessions, whoever that
   * is; `require` sends nothing to any other, nor to another node than the first, and refuses paths, which go over
   * HTTP. Default `prefer`, or `require` with `node`.
   */
  readonly pq?: 'prefer' | 'require' | 'off'
  /** The id of the node that has to be at the other end, 64 hex digits, as its `/version` tells it. */
  readonly node?: string | undefined
  /** For one call, all tries together. Default 10 s, or longer where the node itself takes longer. */
  readonly timeoutMs?: number
  readonly retry?: Partial<RetryShape>
  /** Instead of the runtime's `fetch`. */
  readonly fetch?: Fetch
}

const usualFetch: Fetch = (url, init) => globalThis.fetch(url, init)

/** A call over all its tries, when nobody says otherwise. */
const timeoutMsUsual = 10_000
/** On top of what the node gives an operation: the way there and back. */
const wayMs = 5_000

// The constructor assigns the groups; merging the interface gives them their types.
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export interface SDK extends Api {}

export class SDK {
  readonly #http: HttpCarrier
  readonly #carrier: Carrier
  readonly #present: Present
  readonly #timeoutMs: number | undefined
  readonly #retry: RetryShape
  readonly #system: System
  readonly #pathsRefused: boolean

  /** Throws a TypeError when `baseUrl`, `tls` or `cap` cannot be used. Time and chance are the runtime's unless given. */
  constructor(options: SdkOptions, outside = system) {
    const { baseUrl, cap, prove, carrier = 'http', reconnect = true } = options
    const { timeoutMs, retry = {}, fetch } = options
    const [{ base, target }, token] = [checkedTarget(baseUrl, options.tls), checkedCap(cap)]
    const way = target === null ? { fetch: usualFetch, openSocket } : specialWay(target)
    const sessions = checkedSessions(options, { ...today, load: sessionTools })
    this.#http = new HttpCarrier(base, token, fetch ?? way.fetch)
    this.#carrier =
      carrier === 'http'
        ? this.#http
        : new OapCarrier(base, token, way.openSocket, outside, reconnect, sessions)
    this.#pathsRefused = sessions?.mode === 'require'
    this.#present = presenter(token, prove)
    this.#timeoutMs = timeoutMs
    this.#retry = { ...retryShape, ...retry }
    this.#system = outside
    Object.assign(this, this.#groups())
    Object.assign(this, { media: Object.freeze({ ...this.media, ...this.#mediaTransfers() }) })
  }

  /** The content at a path: a parsed value for JSON, bytes for everything else. */
  get(path: string, options: CallOptions = {}): Promise<Content> {
    return this.#send('GET', path, 'always', null, options)
  }

  /** Stores bytes, text, a Blob or a stream of bytes. */
  put(path: string, body: PathBody, options: CallOptions = {}): Promise<Content> {
    return this.#send('PUT', path, 'always', body, options)
  }

  /** Sends content as it is, or any other object as JSON. Retried only where that certainly does nothing twice. */
  post(path: string, body: PathBody | object, options: CallOptions = {}): Promise<Content> {
    return this.#send('POST', path, 'untouched', body, options)
  }

  delete(path: string, options: CallOptions = {}): Promise<Content> {
    return this.#send('DELETE', path, 'always', null, options)
  }

  /**
   * The content at a path as a stream, for what should not be held in memory whole. The deadline is for its
   * beginning; aborting `signal` ends it at any time.
   */
  async open(path: string, options: CallOptions = {}): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    return this.#open({ method: 'GET', target: checkedPath(path), headers: {}, body: null }, options)
  }

  async #open(
    request: HttpRequest,
    options: CallOptions = {},
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    this.#checkHttp()
    const life = this.#lifetime(options)
    try {
      const response = await this.#trying(life, 'always', async (signal) =>
        this.#http.send(request, signal, await this.#present(this.#http, signal)),
      )
      life.begun()
      return streamOf(response, life.signal, () => life.release())
    } catch (failure) {
      life.release()
      throw failure
    }
  }

  /** Closes the WebSocket of `carrier: 'oap'`, which otherwise keeps a Node process running. Calls fail from then on. */
  close(): void {
    this.#carrier.close()
  }

  #checkHttp(): void {
    if (this.#pathsRefused)
      throw new TypeError(
        "this goes over HTTP, which has no session, and pq is 'require'; use a typed client",
      )
  }

  async #send(
    method: string,
    path: string,
    repeatable: Repeatable,
    body: PathBody | object | null,
    options: CallOptions,
  ): Promise<Content> {
    this.#checkHttp()
    const request = { method, target: checkedPath(path), ...asSent(body) }
    const once = body instanceof ReadableStream ? 'never' : repeatable
    const life = this.#lifetime(options)
    try {
      return await this.#trying(life, once, async (signal) => {
        const proofs = await this.#present(this.#http, signal)
        return contentOf(await this.#http.send(request, signal, proofs), signal)
      })
    } finally {
      life.release()
    }
  }

  /** One object per group, one function per binding. The types of `Api` come from the same contracts. */
  #groups(): Readonly<Record<string, object>> {
    return mapped(bindings, (group) =>
      Object.freeze(
        mapped(group, (binding) =>
          binding.subscription ? this.#subscription(binding) : this.#call(binding),
        ),
      ),
    )
  }

  #mediaTransfers(): MediaTransfers {
    const operations = this.media
    const binding = bindings['media']?.['get']
    if (binding === undefined) throw new Error('the generated operations have no media.get')
    return {
      upload: (name, source, options) => upload(operations, name, source, options),
      open: async (request, options) => this.#open(httpRequest(binding, { ...request }, noBytes), options),
    }
  }

  #call(binding: Binding) {
    return async (request: Request = {}, options: CallOptions = {}) => {
      const { fields, body } = split(binding, request)
      const life = this.#lifetime(options, binding)
      try {
        const answer = await this.#trying(life, repeatable(binding, fields), async (signal) =>
          this.#carrier.call(binding, fields, body, signal, await this.#proofs(binding, signal)),
        )
        return binding.responseBody === 'bytes' ? { ...answer.fields, body: answer.body } : answer.fields
      } finally {
        life.release()
      }
    }
  }

  #subscription(binding: Binding) {
    return (fields: Fields = {}, options: CallOptions = {}) => this.#events(binding, fields, options)
  }

  async *#events(binding: Binding, fields: Fields, options: CallOptions): AsyncGenerator<Fields> {
    const life = this.#lifetime(options, binding)
    try {
      const events = await this.#trying(life, 'always', async (signal) =>
        this.#carrier.subscribe(binding, fields, signal, await this.#proofs(binding, signal)),
      )
      life.begun()
      yield* events
    } finally {
      life.release()
    }
  }

  async #proofs(binding: Binding, signal: AbortSignal): Promise<string | null> {
    return givesNonces(binding) ? null : this.#present(this.#carrier, signal)
  }

  #lifetime({ signal, timeoutMs = this.#timeoutMs }: CallOptions, binding?: Binding): Lifetime {
    const usualMs = Math.max(timeoutMsUsual, (binding?.timeoutMs ?? 0) + wayMs)
    return new Lifetime(this.#system, timeoutMs ?? usualMs, signal)
  }

  #trying<T>(
    life: Lifetime,
    repeatable: Repeatable,
    attempt: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return retrying(life, repeatable, this.#retry, this.#system, attempt)
  }
}

type Request = Fields & { readonly body?: Uint8Array }

/** Raw bytes ride beside the fields. */
function split({ requestBody }: Binding, request: Request): { fields: Fields; body: Uint8Array } {
  if (requestBody === 'none') return { fields: request, body: noBytes }
  const { body, ...fields } = request
  if (body instanceof Uint8Array) return { fields, body }
  throw new TypeError('body must be a Uint8Array; for text, use new TextEncoder().encode(text)')
}

function asSent(body: PathBody | object | null): Pick<HttpRequest, 'headers' | 'body'> {
  if (body === null) return { headers: {}, body }
  if (isPathBody(body)) return { headers: {}, body: sendable(body) }
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

function mapped<From, To>(
  object: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]))
}
