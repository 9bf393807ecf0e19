/** Calls over HTTP, by `fetch`. */

import type { Answer, Binding, Carrier, Fields } from './carrier.ts'
import { ConnectionError, NodeError, problemFrom } from './error.ts'
import { httpAnswer } from './http-answer.ts'
import { httpRequest, type HttpRequest } from './http-request.ts'
import { serverSentData } from './sse.ts'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export class HttpCarrier implements Carrier {
  readonly #baseUrl: string
  readonly #cap: string | undefined
  readonly #fetch: Fetch

  constructor(baseUrl: string, cap: string | undefined, fetch: Fetch) {
    this.#baseUrl = baseUrl
    this.#cap = cap
    this.#fetch = fetch
  }

  async call(binding: Binding, fields: Fields, body: Uint8Array | null, signal: AbortSignal): Promise<Answer> {
    const response = await this.send(httpRequest(binding, fields, body), signal)
    return httpAnswer(binding, response)
  }

  async *subscribe(binding: Binding, fields: Fields, signal: AbortSignal): AsyncGenerator<Fields> {
    const response = await this.send(httpRequest(binding, fields, null), signal)
    if (response.body === null) return
    for await (const data of serverSentData(chunksOf(response.body))) {
      const event: Fields = JSON.parse(data)
      yield event
    }
  }

  close(): void {}

  /** Sends any request under the base URL; a status of 400 or more becomes a NodeError. */
  async send(request: Omit<HttpRequest, 'body'> & { body: BodyInit | null }, signal: AbortSignal): Promise<Response> {
    const { method, target, body } = request
    const headers = new Headers(request.headers)
    if (this.#cap !== undefined) headers.set('authorization', `Bearer ${this.#cap}`)
    // Node's fetch wants to be told that a streamed request body does not wait for the response.
    const duplex = body instanceof ReadableStream ? { duplex: 'half' } : {}
    const response = await this.#reach(target, { method, headers, body, signal, redirect: 'error', ...duplex })
    if (response.status < 400) return response
    throw new NodeError(problemFrom(response.status, await jsonOf(response)))
  }

  async #reach(target: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#fetch(this.#baseUrl + target, init)
    } catch (cause) {
      if (init.signal?.aborted === true) throw cause
      throw new ConnectionError(`${this.#baseUrl} could not be reached`, { cause })
    }
  }
}

/** Not every runtime's ReadableStream can be iterated. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    await reader.cancel()
  }
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return null
  }
}
