/**
 * A response of known length on uWebSockets.js, in pieces. The library takes of a piece what the socket has room
 * for and keeps none of the rest, so at most one piece waits here, and it waits as the bytes that were given.
 */

import type { ResponseStream } from './listener.ts'
import { writeHead, type Head, type NativeResponse, type Sent } from './uws-response.ts'
import { Wakes } from './wakes.ts'

const nothing = new Uint8Array(0)

interface BodyOptions {
  /** Whether the client is asked to close the connection afterwards. */
  readonly close: boolean
  /** Runs what sends, and says whether that ended the connection. */
  readonly ends: (send: () => void) => boolean
  /** Hears of every piece whether the client must take some of it first, and once when all is sent. */
  readonly progress: (sent: Sent | 'room') => void
  /** Ends the connection at once. */
  readonly cut: () => void
}

export class UwsBody implements ResponseStream {
  readonly #native: NativeResponse
  readonly #bytes: number
  readonly #options: BodyOptions
  /** Not sent yet. */
  #head: Head | null
  /** What is being sent, and where in the whole it begins. */
  #piece: Uint8Array = nothing
  #from = 0
  #room = true
  #open = true
  readonly #wakes = new Wakes()

  constructor(native: NativeResponse, head: Head, bytes: number, options: BodyOptions) {
    this.#native = native
    this.#head = head
    this.#bytes = bytes
    this.#options = options
    native.onWritable((offset) => {
      if (this.#open) this.#send(this.#piece.subarray(offset - this.#from))
      return this.#room
    })
  }

  write(bytes: Uint8Array): boolean {
    if (!this.#open) return false
    if (!this.#room) throw new Error('a body is written to when the last write has drained')
    this.#from += this.#piece.length
    if (this.#from + bytes.length > this.#bytes) throw new Error('a body is longer than was announced')
    this.#piece = bytes
    this.#send(bytes)
    return this.#room
  }

  async drained(): Promise<void> {
    if (!this.#open || this.#room) return
    await this.#wakes.wait()
  }

  end(): void {
    if (!this.#open) return
    this.#over()
    this.#options.cut()
  }

  /** The client is gone. */
  gone(): void {
    this.#over()
  }

  #send(rest: Uint8Array): void {
    let done = false
    const closed = this.#options.ends(() =>
      this.#native.cork(() => {
        if (this.#head !== null) writeHead(this.#native, this.#head, this.#options.close)
        this.#head = null
        // Without anything to send, an empty cork makes the library send what it has buffered.
        if (rest.length > 0) [this.#room, done] = this.#native.tryEnd(rest, this.#bytes)
        else this.#room = true
      }),
    )
    if (done || closed) {
      this.#over()
      this.#options.progress(closed ? 'closed' : 'all')
      return
    }
    this.#options.progress(this.#room ? 'room' : 'part')
    if (this.#room) this.#wakes.all()
  }

  #over(): void {
    this.#open = false
    this.#piece = nothing
    this.#wakes.all()
  }
}
