/**
 * Deadlines that are all equally long, so the order of setting is the order of expiry and one timer serves
 * them all. Setting and clearing cost a map operation, whether ten or ten thousand wait.
 */

import type { Clock } from '@ron/kernel/ports/clock'

export class Deadlines<Item extends object> {
  readonly #clock: Clock
  readonly #afterMs: number
  readonly #expired: (item: Item) => void
  /** Item → when it is due, in order of time: a set item moves to the end. */
  readonly #due = new Map<Item, number>()
  #cancel: (() => void) | null = null

  constructor(clock: Clock, afterMs: number, expired: (item: Item) => void) {
    this.#clock = clock
    this.#afterMs = afterMs
    this.#expired = expired
  }

  /** Starts the item's deadline, or starts it anew. */
  set(item: Item): void {
    this.#due.delete(item)
    this.#due.set(item, this.#clock.monotonic() + this.#afterMs)
    this.#cancel ??= this.#clock.after(this.#afterMs, () => this.#sweep())
  }

  clear(item: Item): void {
    this.#due.delete(item)
  }

  /** Forgets everything. */
  stop(): void {
    this.#due.clear()
    this.#cancel?.()
    this.#cancel = null
  }

  #sweep(): void {
    this.#cancel = null
    const now = this.#clock.monotonic()
    for (const [item, dueMs] of this.#due) {
      if (dueMs > now) break
      this.#due.delete(item)
      this.#expired(item)
    }
    const [next] = this.#due.values()
    // An expired item may have set another, and with it the timer.
    if (next !== undefined) this.#cancel ??= this.#clock.after(Math.ceil(next - now), () => this.#sweep())
  }
}
