/**
 * A WebSocket client that costs next to nothing, so that thousands fit in a process and what is measured is the
 * server: whole binary messages over a plain socket (RFC 6455), masked with zeros.
 */

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export class RawWebSocket {
  readonly #socket: Socket
  #onMessage: (message: Buffer) => void = () => {}
  /** What came of a message that is not whole yet. */
  #rest: Buffer = Buffer.alloc(0)
  #accepted = false

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  /** Resolves when the server has accepted the handshake, and rejects when it does not. */
  static async open(url: string, protocol: string | null): Promise<RawWebSocket> {
    const { hostname, port, host } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    await once(socket, 'connect')
    const offer = protocol === null ? '' : `sec-websocket-protocol: ${protocol}\r\n`
    socket.write(
      `GET /oap HTTP/1.1\r\nhost: ${host}\r\nupgrade: websocket\r\nconnection: Upgrade\r\n` +
        `sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${offer}\r\n`,
    )
    const client = new RawWebSocket(socket)
    await new Promise<void>((resolve, reject) => {
      socket.once('close', () => reject(new Error(`${url} closed the connection`)))
      socket.on('data', (chunk) => client.#take(chunk, resolve, reject))
    })
    return client
  }

  onMessage(handler: (message: Buffer) => void): void {
    this.#onMessage = handler
  }

  send(message: Uint8Array): void {
    this.#socket.write(masked(message))
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer, accepted: () => void, refused: (reason: Error) => void): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    if (this.#accepted) return this.#messages()
    const end = this.#rest.indexOf('\r\n\r\n')
    if (end < 0) return
    if (!this.#rest.includes(' 101 ')) return refused(new Error(this.#rest.toString('latin1')))
    this.#accepted = true
    this.#rest = this.#rest.subarray(end + 4)
    accepted()
    this.#messages()
  }

  #messages(): void {
    for (;;) {
      const bytes = this.#rest
      const short = (bytes[1] ?? 0) & 0x7f
      const from = short === 126 ? 4 : 2
      const end = from + (short === 126 && bytes.length >= 4 ? bytes.readUInt16BE(2) : short)
      if (bytes.length < from || bytes.length < end) return
      this.#rest = bytes.subarray(end)
      this.#onMessage(bytes.subarray(from, end))
    }
  }
}

/** A whole binary message of at most 64 KiB as a client sends it. */
export function masked(message: Uint8Array): Uint8Array {
  const { length } = message
  const long = length > 125
  const head = Buffer.alloc(long ? 8 : 6)
  head[0] = 0x82
  head[1] = 0x80 | (long ? 126 : length)
  if (long) head.writeUInt16BE(length, 2)
  return Buffer.concat([head, message])
}
