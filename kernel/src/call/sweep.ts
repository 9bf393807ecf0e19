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
