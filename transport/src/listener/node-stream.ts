/**
 * The body of an answer on node:http, piece by piece. A piece is given when the client has taken the one before, so
 * that what waits for a slow client is bounded and its progress is seen; the rest waits as the bytes that were given.
 */

import type { ServerResponse } from 'node:http'
import type { ResponseStream } from './listener.ts'
import { Wakes } from './wakes.ts'

/** Small enough that a client which takes some of it in a while is seen to. */
export const pieceBytes = 65_536

const nothing = new Uint8Array(0)

export interface StreamOptions {
  /** Bytes that were announced; null when none were. */
  readonly bytes: number | null
  /** Hears whether the client must take something first, each time it took something. */
  readonly waits: (waits: boolean) => void
  /** All is given. */
  readonly whole: () => void
  /** Ended before its last byte. */
  readonly cut: () => void
}

export class NodeStream implements ResponseStream {
  readonly #response: ServerResponse
  readonly #options: StreamOptions
  #rest: Uint8Array = nothing
  #given = 0
  #room = true
  #open = true
  readonly #wakes = new Wakes()

  constructor(response: ServerResponse, options: StreamOptions) {
    this.#response = response
    this.#options = options
    response.on('drain', () => {
      if (this.#open) this.#feed()
      if (this.#room) this.#wakes.all()
    })
  }

  write(bytes: Uint8Array): boolean {
    if (!this.#open) return false
    if (!this.#room) throw new Error('a body is written to when the last write has drained')
    const given = this.#given + bytes.length
    if (given > (this.#options.bytes ?? given)) throw new Error('a body is longer than was announced')
    this.#given = given
    this.#rest = bytes
    this.#feed()
    return this.#open && this.#room
  }

  async drained(): Promise<void> {
    if (!this.#open || this.#room) return
    await this.#wakes.wait()
  }

  end(): void {
    if (!this.#open) return
    this.#over()
    if (this.#options.bytes === null) this.#options.whole()
    else this.#options.cut()
  }

  /** The client is gone. */
  gone(): void {
    this.#over()
  }

  #feed(): void {
    this.#room = true
    while (this.#room && this.#rest.length > 0) {
      const piece = this.#rest.subarray(0, pieceBytes)
      this.#rest = this.#rest.subarray(piece.length)
      this.#room = this.#response.write(piece)
    }
    this.#options.waits(!this.#room)
    if (this.#rest.length > 0 || this.#given !== this.#options.bytes) return
    this.#over()
    this.#options.whole()
  }

  #over(): void {
    this.#open = false
    this.#rest = nothing
    this.#wakes.all()
  }
}
