/**
 * Messages on their way to a port that may be full: what finds no room waits here, in order, and goes as room
 * returns. Unbounded by itself, so it is for messages that something else bounds: answers to open calls, and
 * events within the windows of their subscriptions.
 */

import type { Clock } from '../ports/clock.ts'
import type { Fields, Message, Port } from '../ports/port.ts'

/** A full port is looked at again after this; there is room as soon as the peer has taken some. */
export const retryMs = 5

/** Subscriptions told by one message: what its receiver does at one go for it. */
export const alsoMax = 256

export class Outbox {
  readonly #port: Port
  readonly #clock: Clock
  readonly #waiting: Message[] = []
  /** The event that was sent last, while more may follow in this turn for other subscriptions. */
  #event: Fields | null = null
  /** Those subscriptions. */
  #also: number[] = []
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
    this.#sendAlso()
    if (this.#closed || (!this.waiting && this.#port.send(message))) return
    // A copy, so that the sender may go on with its own, and what cannot cross fails here rather than later.
    this.#waiting.push(structuredClone(message))
    if (this.#waiting.length === 1) this.#retry()
  }

  /**
   * Sends an event, or false when the port is full. The same event, for one subscription after the other, crosses
   * once for the first and once for up to `alsoMax` others. Throws for a value that cannot cross between threads.
   */
  event(id: number, fields: Fields): boolean {
    if (fields === this.#event && this.#also.length < alsoMax && !this.waiting) {
      this.#also.push(id)
      return true
    }
    this.#sendAlso()
    if (this.waiting || !this.#port.send({ kind: 'event', id, also: [], fields })) return false
    if (this.#event === null) queueMicrotask(() => this.#sendAlso())
    this.#event = fields
    return true
  }

  /** The peer is gone: nothing is kept for it. */
  close(): void {
    this.#closed = true
    this.#waiting.length = 0
  }

  /** They count as sent, so they wait if they must. */
  #sendAlso(): void {
    const [id, ...also] = this.#also
    const fields = this.#event
    this.#event = null
    this.#also = []
    if (id !== undefined && fields !== null) this.send({ kind: 'event', id, also, fields })
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
