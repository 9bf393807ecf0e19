/** A TCP connection for a lean client: writes what it is given, and hands what arrives to one reader. */

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export class Wire {
  readonly #socket: Socket
  /** Takes as many whole replies as there are from the front, and answers how many bytes that was. */
  #take: (bytes: Buffer) => number = () => 0
  #rest: Buffer = Buffer.alloc(0)
  #failure: Error | null = null
  #fail: (cause: Error) => void = () => {}

  static async open(port: number, take?: (bytes: Buffer) => number): Promise<Wire> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    await once(socket, 'connect')
    return new Wire(socket, take)
  }

  /** Over a connection that something else has opened. */
  static over(socket: Socket): Wire {
    socket.setNoDelay()
    return new Wire(socket)
  }

  private constructor(socket: Socket, take?: (bytes: Buffer) => number) {
    this.#socket = socket
    if (take !== undefined) this.#take = take
    socket.on('data', (bytes: Buffer) => this.#received(bytes))
    socket.on('error', (cause) => this.#end(cause))
    socket.on('close', () => this.#end(new Error('the server closed the connection')))
  }

  set reader(take: (bytes: Buffer) => number) {
    this.#take = take
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  /** Runs until `done` was called; rejects when the connection ends before. */
  until(begin: (done: () => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#fail = reject
      if (this.#failure !== null) reject(this.#failure)
      begin(resolve)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #received(bytes: Buffer): void {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    try {
      const taken = this.#take(all)
      this.#rest = all.subarray(taken)
    } catch (cause) {
      this.#end(cause instanceof Error ? cause : new Error('a reader failed', { cause }))
    }
  }

  #end(cause: Error): void {
    this.#failure ??= cause
    this.#fail(this.#failure)
  }
}
