/** Requests of media over connections that are kept, answered as streams. */

import { Agent, request, type IncomingMessage } from 'node:http'
import type { Server } from '../child.ts'

type Headers = Readonly<Record<string, string>>

export class MediaClient {
  readonly #server: Server
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 })

  constructor(server: Server) {
    this.#server = server
  }

  /** Resolves with the head of the answer; its body is the caller's to read. */
  sent(method: string, path: string, headers: Headers, body?: Uint8Array): Promise<IncomingMessage> {
    const { url, token } = this.#server
    const length = body === undefined ? {} : { 'content-length': String(body.length) }
    const all = { authorization: `Bearer ${token}`, ...length, ...headers }
    return new Promise((resolve, reject) => {
      const asking = request(url + path, { method, agent: this.#agent, headers: all }, resolve)
      asking.on('error', reject)
      asking.end(body)
    })
  }

  /** Sends, and reads the answer to its end. Rejects unless it is well. */
  async answered(
    method: string,
    path: string,
    headers: Headers,
    body?: Uint8Array,
  ): Promise<{ readonly location: string; readonly bytes: number }> {
    const response = await this.sent(method, path, headers, body)
    let bytes = 0
    for await (const part of response) bytes += Buffer.byteLength(part)
    if ((response.statusCode ?? 500) >= 400)
      throw new Error(`${method} ${path} was answered with ${response.statusCode}`)
    return { location: response.headers.location ?? '', bytes }
  }

  close(): void {
    this.#agent.destroy()
  }
}
