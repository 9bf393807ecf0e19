/**
 * Events between the socket that brings them and the loop that consumes them. Its size is bounded by the
 * node's window of unacknowledged frames: one is acknowledged when it is taken, not when it arrives.
 */

import type { Fields } from './carrier.ts'

interface Queued {
  readonly fields: Fields
  readonly taken: () => void
}

export class EventQueue {
  readonly #events: Queued[] = []
  #wake: (() => void) | null = null
  #ended = false
  #failure: unknown = null

  push(fields: Fields, taken: () => void): void {
    this.#events.push({ fields, taken })
    this.#wake?.()
  }

  end(failure: unknown = null): void {
    this.#ended = true
    this.#failure ??= failure
    this.#wake?.()
  }

  /** Yields until the end; what failed is thrown after the last event. */
  async *drain(): AsyncGenerator<Fields> {
    for (;;) {
      const next = this.#events.shift()
      if (next !== undefined) {
        next.taken()
        yield next.fields
      } else if (this.#ended) {
        if (this.#failure !== null) throw this.#failure
        return
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }
}
