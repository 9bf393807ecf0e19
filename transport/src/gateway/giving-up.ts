/**
 * How a request is given up, by its client or by a drain: what a call asks of an `AbortSignal`, without the
 * event target behind one, which costs a request more than its way to a service and back.
 */

import type { CallSignal } from '@ron/kernel/ports/dispatch'

export class GivingUp implements CallSignal {
  #aborted = false
  #listeners: readonly (() => void)[] = []

  get aborted(): boolean {
    return this.#aborted
  }

  /** Tells every listener, once. */
  abort(): void {
    if (this.#aborted) return
    this.#aborted = true
    for (const listener of this.#listeners) listener()
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = [...this.#listeners, listener]
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = this.#listeners.filter((other) => other !== listener)
  }
}
