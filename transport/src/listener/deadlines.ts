/**
 * Deadlines that are all equally long, so the order of starting is the order of expiry and one timer serves them
 * all. They are a list: to start and to clear one costs the same whether ten or ten thousand wait, and what has left
 * the list holds on to nothing. (A `Map` that every request passes through would: see `tables/hash-table.ts` of the kernel.)
 *
 *     first ⇄ … ⇄ last      the first is the next to expire
 */

import type { Clock } from '@ron/kernel/ports/clock'

/** What waits for its time. */
export interface Deadline {
  /** It will not expire. Nothing happens when it has, or was cleared before. */
  clear(): void
}

export class Deadlines<Item extends object> {
  readonly #clock: Clock
  readonly #afterMs: number
  readonly #expired: (item: Item) => void
  #first: Place<Item> | null = null
  #last: Place<Item> | null = null
  #cancel: (() => void) | null = null

  constructor(clock: Clock, afterMs: number, expired: (item: Item) => void) {
    this.#clock = clock
    this.#afterMs = afterMs
    this.#expired = expired
  }

  /** From now on the item has its full time. */
  start(item: Item): Deadline {
    const place: Place<Item> = {
      item,
      dueMs: this.#clock.monotonic() + this.#afterMs,
      before: this.#last,
      behind: null,
      clear: () => this.#leave(place),
    }
    if (this.#last === null) this.#first = place
    else this.#last.behind = place
    this.#last = place
    this.#cancel ??= this.#clock.after(this.#afterMs, () => this.#sweep())
    return place
  }

  /** Forgets everything. */
  stop(): void {
    while (this.#first !== null) this.#leave(this.#first)
    this.#cancel?.()
    this.#cancel = null
  }

  #leave(place: Place<Item>): void {
    const { item, before, behind } = place
    if (item === null) return
    if (before === null) this.#first = behind
    else before.behind = behind
    if (behind === null) this.#last = before
    else behind.before = before
    place.item = place.before = place.behind = null
  }

  #sweep(): void {
    this.#cancel = null
    const now = this.#clock.monotonic()
    for (let place = this.#first; place !== null && place.dueMs <= now; place = this.#first) {
      const { item } = place
      this.#leave(place)
      if (item !== null) this.#expired(item)
    }
    // An expired item may have started another, and with it the timer.
    if (this.#first === null) return
    this.#cancel ??= this.#clock.after(Math.ceil(this.#first.dueMs - now), () => this.#sweep())
  }
}

interface Place<Item> extends Deadline {
  /** Null once it has left the list. */
  item: Item | null
  readonly dueMs: number
  before: Place<Item> | null
  behind: Place<Item> | null
}
