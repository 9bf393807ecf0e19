/** One timer for many deadlines: they are looked at every so often, as long as there are any. */

import type { Clock } from '../ports/clock.ts'

/** A deadline may be met late by this much. A timer for each would cost a call as much as all the rest. */
export const sweepMs = 25

export class Sweep {
  readonly #clock: Clock
  readonly #look: () => boolean
  #cancel: (() => void) | null = null

  /** `look` says whether to look again. */
  constructor(clock: Clock, look: () => boolean) {
    this.#clock = clock
    this.#look = look
  }

  /** There is something to look at. */
  soon(): void {
    this.#cancel ??= this.#clock.after(sweepMs, () => {
      this.#cancel = null
      if (this.#look()) this.soon()
    })
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
  }
}

/** Ends each item whose deadline has passed. Says whether another is to come; one without end never does. */
export function endLate<Item extends { readonly deadlineMs: number }>(
  items: Iterable<readonly [number: number, item: Item]>,
  nowMs: number,
  end: (item: Item, id: number) => void,
): boolean {
  let waiting = false
  for (const [id, item] of items) {
    // Written so that a deadline which is no number has passed.
    if (!(nowMs < item.deadlineMs)) end(item, id)
    else if (item.deadlineMs < Number.POSITIVE_INFINITY) waiting = true
  }
  return waiting
}
