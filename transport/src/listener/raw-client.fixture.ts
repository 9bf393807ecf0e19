/**
 * A client for tests that writes exactly the bytes it is told to, at the moment it is told to, and reads
 * answers only when asked. It speaks as much HTTP and WebSocket as it takes to tell answers apart.
 */

import { connect, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { until } from '@ron/kernel/system/until'

export interface RawAnswer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** What a client of TLS trusts and shows. */
export type Trust = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'maxVersion' | 'ciphers'>

export class RawClient {
  /** The connection itself. */
  readonly #raw: Socket
  /** What is written and read: the connection, or TLS on it. */
  readonly #socket: Socket
  #pieces: Buffer[] = []
  #length = 0
  #closed = false

  private constructor(raw: Socket, trust: Trust | null) {
    const socket = trust === null ? raw : connectTls({ socket: raw, host: '127.0.0.1', ...trust })
    this.#raw = raw
    this.#socket = socket
    raw.on('error', () => {})
    socket.on('data', (piece) => {
      this.#pieces.push(piece)
      this.#length += piece.length
    })
    // What a hostile client sees of its end is of no interest; that it ends is seen by `close`.
    socket.on('error', () => {})
    socket.on('close', () => (this.#closed = true))
  }

  /** At a port or a path. With `trust` it speaks TLS, and opens when the handshake is done or refused. */
  static async open(at: number | string, host = '127.0.0.1', trust: Trust | null = null): Promise<RawClient> {
    const raw = typeof at === 'string' ? connect({ path: at }) : connect({ port: at, host })
    const client = new RawClient(raw, trust)
    let shaking = trust !== null
    client.#socket.once('secureConnect', () => (shaking = false))
    await until(() => !raw.connecting && (!shaking || client.#closed), 'the connection')
    return client
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Everything received and not yet taken by `answer`, one character for each byte. */
  get text(): string {
    return this.#received().toString('latin1')
  }

  /** How many bytes that is. */
  get length(): number {
    return this.#length
  }

  send(bytes: string | Uint8Array): this {
    if (!this.#socket.destroyed)
      this.#socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
    return this
  }

  /** Resolves when the kernel has taken all that was sent. */
  async flushed(): Promise<void> {
    await until(() => this.#socket.writableLength === 0 || this.#closed, 'the client to have sent')
  }

  stopReading(): this {
    this.#socket.pause()
    return this
  }

  goOnReading(): this {
    this.#socket.resume()
    return this
  }

  /** Sends FIN and reads on. */
  finish(): void {
    this.#socket.end()
  }

  /**
   * Gone without a word, as far as there is a way to be: a Unix socket has no reset, and the runtime loses the handle of a
   * connection that is reset while it is shut down.
   */
  vanish(): void {
    if (this.#raw.remoteAddress === undefined || this.#socket.writableEnded) this.#raw.destroy()
    else this.#raw.resetAndDestroy()
  }

  destroy(): void {
    this.#socket.destroy()
    this.#raw.destroy()
  }

  async ended(): Promise<void> {
    await until(() => this.#closed, 'the connection to end')
  }

  async receives(part: string): Promise<void> {
    await until(() => this.text.includes(part) || this.#closed, `"${part}"`)
    if (!this.text.includes(part)) throw new Error(`the connection ended with ${JSON.stringify(this.text)}`)
  }

  /** The next whole answer; answers to HEAD have no body whatever their headers say. */
  async answer(to: 'HEAD' | 'other' = 'other'): Promise<RawAnswer> {
    let found: { answer: RawAnswer; length: number } | null = null
    let parsed = -1
    await until(() => {
      const more = this.#length > parsed
      parsed = this.#length
      if (more) found = parseAnswer(this.text, to === 'HEAD')
      return found !== null || this.#closed
    }, 'an answer')
    found = parseAnswer(this.text, to === 'HEAD')
    if (found === null) throw new Error(`the connection ended with ${JSON.stringify(this.text)}`)
    this.#take(found.length)
    return found.answer
  }

  /** The payload of the next WebSocket frame from the server, which is never masked. */
  async frame(): Promise<{ opcode: number; payload: Buffer }> {
    const whole = () => frameLength(this.#received()) <= this.#length
    await until(() => whole() || this.#closed, 'a frame')
    if (!whole()) throw new Error('the connection ended before the frame')
    const frame = this.#take(frameLength(this.#received()))
    return { opcode: (frame[0] ?? 0) & 15, payload: frame.subarray(headLength(frame)) }
  }

  #received(): Buffer {
    const bytes = this.#pieces.length === 1 ? this.#pieces[0] : undefined
    if (bytes !== undefined) return bytes
    const joined = Buffer.concat(this.#pieces)
    this.#pieces = [joined]
    return joined
  }

  #take(length: number): Buffer {
    const bytes = this.#received()
    this.#pieces = [bytes.subarray(length)]
    this.#length = bytes.length - length
    return bytes.subarray(0, length)
  }
}

/** A masked frame as a client sends it; the mask is zero. */
export function clientFrame(opcode: number, payload: string | Uint8Array): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload)
  const long = bytes.length > 65_535
  const head = Buffer.alloc(bytes.length < 126 ? 2 : long ? 10 : 4)
  head[0] = 0x80 | opcode
  head[1] = 0x80 | (bytes.length < 126 ? bytes.length : long ? 127 : 126)
  if (long) head.writeBigUInt64BE(BigInt(bytes.length), 2)
  else if (bytes.length >= 126) head.writeUInt16BE(bytes.length, 2)
  return Buffer.concat([head, Buffer.alloc(4), bytes])
}

export function handshakeText(path: string, extra = ''): string {
  const upgrade =
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
  const version = extra.includes('Sec-WebSocket-Version') ? '' : 'Sec-WebSocket-Version: 13\r\n'
  return `GET ${path} HTTP/1.1\r\nHost: node\r\n${upgrade}${version}${extra}\r\n`
}

function parseAnswer(text: string, toHead: boolean): { answer: RawAnswer; length: number } | null {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0) return null
  const [statusLine = '', ...lines] = text.slice(0, headEnd).split('\r\n')
  const status = Number(statusLine.split(' ')[1])
  const headers = new Map(
    lines.map((line) => [line.split(':', 1)[0]?.toLowerCase() ?? '', line.replace(/^[^:]*: */, '')]),
  )
  const start = headEnd + 4
  const bodiless = toHead || status < 200 || status === 204 || status === 304
  const found = bodiless ? { body: '', end: start } : bodyOf(text, start, headers)
  return found === null ? null : { answer: { status, headers, body: found.body }, length: found.end }
}

function bodyOf(
  text: string,
  start: number,
  headers: ReadonlyMap<string, string>,
): { body: string; end: number } | null {
  if (headers.get('transfer-encoding') !== 'chunked') {
    const end = start + Number(headers.get('content-length'))
    return text.length < end ? null : { body: text.slice(start, end), end }
  }
  let body = ''
  for (let at = start; ;) {
    const line = text.indexOf('\r\n', at)
    const size = Number.parseInt(text.slice(at, line), 16)
    if (line < 0 || text.length < line + 2 + size + 2) return null
    body += text.slice(line + 2, line + 2 + size)
    at = line + 2 + size + 2
    if (size === 0) return { body, end: at }
  }
}

function headLength(frame: Buffer): number {
  const short = (frame[1] ?? 0) & 127
  return short === 127 ? 10 : short === 126 ? 4 : 2
}

function frameLength(bytes: Buffer): number {
  if (bytes.length < 2 || bytes.length < headLength(bytes)) return Number.POSITIVE_INFINITY
  const short = (bytes[1] ?? 0) & 127
  const length =
    short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short
  return headLength(bytes) + length
}
