/**
 * How a request is given up, by its client, by a drain or because its capability is no longer good: what a call asks of an `AbortSignal`, without the
 * event target behind one, which costs a request more than its way to a service and back.
 */

import type { Refusal } from '@ron/kernel/contract/refusals'
import type { CallSignal } from '@ron/kernel/ports/dispatch'

export class GivingUp implements CallSignal {
  #aborted = false
  #because: Refusal | null = null
  #listeners: readonly (() => void)[] = []

  get aborted(): boolean {
    return this.#aborted
  }

  /** What its client is to be told; null where that goes without saying. */
  get because(): Refusal | null {
    return this.#because
  }

  /** Tells every listener, once. */
  abort(because: Refusal | null = null): void {
    if (this.#aborted) return
    this.#aborted = true
    this.#because = because
    for (const listener of this.#listeners) listener()
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = [...this.#listeners, listener]
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = this.#listeners.filter((other) => other !== listener)
  }
}
