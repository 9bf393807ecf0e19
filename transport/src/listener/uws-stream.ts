/**
 * A response of unknown length on uWebSockets.js. The library buffers whatever it is given and, once somebody
 * listens for room, no longer empties that buffer by itself; so pieces are small, one is given at a time, and
 * every sign of room pushes the buffer along.
 */

import type { ResponseStream } from './listener.ts'
import type { Closings, NativeResponse } from './uws-response.ts'

/** Less than a socket frees before it signals room, so one signal always empties the buffer. */
const pieceBytes = 16_384

export class UwsStream implements ResponseStream {
  readonly #native: NativeResponse
  readonly #closings: Closings
  readonly #waiting: (waits: boolean) => void
  readonly #ended: (closed: boolean) => void
  #rest: Uint8Array = new Uint8Array(0)
  #room = true
  #open = true
  #wake: (() => void)[] = []

  /** `waiting` hears when the client must take something first, and when it has; `ended`, whether that closed it. */
  constructor(
    native: NativeResponse,
    closings: Closings,
    waiting: (waits: boolean) => void,
    ended: (closed: boolean) => void,
  ) {
    this.#native = native
    this.#closings = closings
    this.#waiting = waiting
    this.#ended = ended
    native.onWritable(() => {
      if (this.#open) this.#push()
      return true
    })
  }

  write(bytes: Uint8Array): boolean {
    if (!this.#open) return false
    if (!this.#room) throw new Error('a stream is written to when the last write has drained')
    this.#rest = bytes
    this.#feed()
    return this.#room
  }

  async drained(): Promise<void> {
    if (!this.#open || this.#room) return
    await new Promise<void>((wake) => this.#wake.push(wake))
  }

  end(): void {
    if (!this.#open) return
    this.#open = false
    const closed = this.#closings.during(() =>
      this.#native.cork(() => {
        if (this.#rest.length > 0) this.#native.write(this.#rest)
        this.#native.end()
      }),
    )
    this.#settle()
    this.#ended(closed)
  }

  /** The client is gone. */
  gone(): void {
    this.#open = false
    this.#settle()
  }

  #push(): void {
    // An empty cork makes the library send what it has buffered.
    this.#native.cork(() => {})
    this.#feed()
    if (this.#room) this.#settle()
  }

  #feed(): void {
    this.#room = true
    while (this.#room && this.#rest.length > 0) {
      const piece = this.#rest.subarray(0, pieceBytes)
      this.#rest = this.#rest.subarray(piece.length)
      this.#native.cork(() => {
        this.#room = this.#native.write(piece)
      })
    }
    this.#waiting(!this.#room)
  }

  #settle(): void {
    const waiting = this.#wake
    this.#wake = []
    for (const wake of waiting) wake()
  }
}
