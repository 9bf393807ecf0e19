/** Calls over HTTP, by `fetch`. */

import { streamBody } from '#runtime'
import { presentationHeader } from '@ron/transport/macaroon/presentation'
import type { Answer, Binding, Carrier, Fields, Value } from './carrier.ts'
import { ConnectionError, NodeError, ProtocolError } from './error.ts'
import { httpAnswer } from './http-answer.ts'
import { bytesOf, chunksOf, jsonOf, parseJson } from './http-body.ts'
import { httpRequest, type HttpRequest } from './http-request.ts'
import { problemFrom } from './problem.ts'
import { retryAfterMs } from './retry-after.ts'
import { serverSentData } from './sse.ts'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** Most an answer may hold in memory; what is larger is read as a stream. */
export const answerBytesMax = 64 * 1024 * 1024
const problemBytesMax = 64 * 1024

export class HttpCarrier implements Carrier {
  readonly #baseUrl: string
  readonly #cap: string | undefined
  readonly #fetch: Fetch

  constructor(baseUrl: string, cap: string | undefined, fetch: Fetch) {
    this.#baseUrl = baseUrl
    this.#cap = cap
    this.#fetch = fetch
  }

  async call(
    binding: Binding,
    fields: Fields,
    body: Uint8Array,
    signal: AbortSignal,
    proofs: string | null = null,
  ): Promise<Answer> {
    const response = await this.send(httpRequest(binding, fields, body), signal, proofs)
    const bytes = await bytesOf(response, answerBytesMax, signal)
    return httpAnswer(binding, response.status, response.headers, bytes)
  }

  async subscribe(
    binding: Binding,
    fields: Fields,
    signal: AbortSignal,
    proofs: string | null = null,
  ): Promise<AsyncGenerator<Fields>> {
    const { headers, ...request } = httpRequest(binding, fields, new Uint8Array(0))
    const response = await this.send(
      { ...request, headers: { ...headers, accept: 'text/event-stream' } },
      signal,
      proofs,
    )
    const type = response.headers.get('content-type') ?? ''
    if (/^text\/event-stream\b/i.test(type)) return eventsOf(response, signal)
    await response.body?.cancel()
    throw new ProtocolError(`a subscription was answered with ${type === '' ? 'no content type' : type}`)
  }

  /** Nothing is held open between calls. */
  close(): void {}

  /** Sends any request under the base URL; a status of 400 or more becomes a NodeError. */
  async send(
    { method, target, headers, body }: HttpRequest,
    signal: AbortSignal,
    proofs: string | null = null,
  ): Promise<Response> {
    const sent = body instanceof ReadableStream ? await streamBody(body, signal) : { body }
    const response = await this.#reach(target, {
      method,
      headers: this.#headers(headers, proofs),
      ...sent,
      signal,
      redirect: 'error',
      // A browser's cache goes by the URL and would answer for any capability what one of them was given.
      cache: 'no-store',
    })
    if (response.status < 400) return response
    throw await refusal(response, signal)
  }

  /** Throws a TypeError for a value that no header can hold. */
  #headers(own: Readonly<Record<string, string>>, proofs: string | null): Headers {
    const headers = new Headers(own)
    if (proofs !== null) headers.set(presentationHeader, proofs)
    if (this.#cap !== undefined) headers.set('authorization', `Bearer ${this.#cap}`)
    return headers
  }

  async #reach(target: string, init: RequestInit & { readonly signal: AbortSignal }): Promise<Response> {
    try {
      return await this.#fetch(this.#baseUrl + target, init)
    } catch (cause) {
      init.signal.throwIfAborted()
      throw new ConnectionError(`${this.#baseUrl} could not be reached`, {
        cause,
        untouched: neverLeft(cause),
      })
    }
  }
}

/** Node's reasons why there was no connection to send on. Browsers do not say. */
const noConnection = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
])

function neverLeft(cause: unknown): boolean {
  const reason = cause instanceof Error ? cause.cause : undefined
  return reason instanceof Error && noConnection.has(String(Reflect.get(reason, 'code')))
}

async function refusal(response: Response, signal: AbortSignal): Promise<NodeError> {
  const { status, headers } = response
  const asked = retryAfterMs(headers.get('retry-after'), headers.get('date'))
  return new NodeError(problemFrom(status, await problemBody(response, signal), asked))
}

/** The status alone says enough; a body that breaks off, is no JSON or never ends adds nothing. */
async function problemBody(response: Response, signal: AbortSignal): Promise<unknown> {
  try {
    return jsonOf(await bytesOf(response, problemBytesMax, signal))
  } catch {
    signal.throwIfAborted()
    return null
  }
}

async function* eventsOf(response: Response, signal: AbortSignal): AsyncGenerator<Fields> {
  for await (const data of serverSentData(chunksOf(response, signal))) {
    const event = fieldsOf(data)
    // A stream that has begun can no longer be refused by its status.
    if (event['kind'] === 'refused')
      throw new NodeError(problemFrom(statusOf(event['problem']), event['problem']))
    yield event
  }
}

function statusOf(problem: Value | undefined): number {
  const status = problem !== undefined && isFields(problem) ? problem['status'] : undefined
  return typeof status === 'number' ? status : 500
}

function fieldsOf(data: string): Fields {
  const value = parseJson(data)
  if (isFields(value)) return value
  throw new ProtocolError('the node sent an event that is not a JSON object')
}

function isFields(value: Value): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
