/**
 * Messages on their way to a port that may be full: what finds no room waits here, in order, and goes as room
 * returns. Unbounded by itself, so it is for messages that something else bounds: answers to open calls.
 */

import type { Clock } from '../ports/clock.ts'
import type { Message, Port } from '../ports/port.ts'

/** A full port is looked at again after this; there is room as soon as the peer has taken some. */
export const retryMs = 5

export class Outbox {
  readonly #port: Port
  readonly #clock: Clock
  readonly #waiting: Message[] = []
  #closed = false

  constructor(port: Port, clock: Clock) {
    this.#port = port
    this.#clock = clock
  }

  /** Whether something waits, and so should come before whatever may be left out. */
  get waiting(): boolean {
    return this.#waiting.length > 0
  }

  /** Sends now or later. Throws for a value that cannot cross between threads. */
  send(message: Message): void {
    if (this.#closed || (!this.waiting && this.#port.send(message))) return
    // A copy, so that the sender may go on with its own, and what cannot cross fails here rather than later.
    this.#waiting.push(structuredClone(message))
    if (this.#waiting.length === 1) this.#retry()
  }

  /** The peer is gone: nothing is kept for it. */
  close(): void {
    this.#closed = true
    this.#waiting.length = 0
  }

  #retry(): void {
    this.#clock.after(retryMs, () => {
      let next = this.#waiting[0]
      while (next !== undefined && this.#port.send(next)) {
        this.#waiting.shift()
        next = this.#waiting[0]
      }
      if (next !== undefined) this.#retry()
    })
  }
}
