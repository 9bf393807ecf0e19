/**
 * Events between the connection that brings them and the loop that consumes them. An event is acknowledged
 * when it is taken, not when it arrives, so a node that keeps to its window never fills the queue.
 */

import { unacknowledgedMax } from '@ron/transport/oap/reply'
import type { Fields } from './carrier.ts'

/** Twice the window of OAP/1 §2: what is more comes from a node that has none. */
export const eventsMax = 2 * unacknowledgedMax

interface Queued {
  readonly fields: Fields
  readonly taken: () => void
}

export class EventQueue {
  readonly #events: Queued[] = []
  #wake: () => void = () => {}
  /** null while events may come; `failure` is null for an end without one. */
  #end: { readonly failure: unknown } | null = null

  /** False when it is full; the event was not taken in. `taken` is called when the consumer has it. */
  push(fields: Fields, taken: () => void): boolean {
    if (this.#events.length >= eventsMax) return false
    this.#events.push({ fields, taken })
    this.#wake()
    return true
  }

  /** Nothing comes after the first end. */
  end(failure: unknown = null): void {
    this.#end ??= { failure }
    this.#wake()
  }

  /** For one consumer. Yields what is queued, then until the end; a failure is thrown after the last event. */
  async *drain(): AsyncGenerator<Fields> {
    for (;;) {
      const next = this.#events.shift()
      if (next !== undefined) {
        next.taken()
        yield next.fields
      } else if (this.#end === null) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      } else if (this.#end.failure === null) return
      else throw this.#end.failure
    }
  }
}
