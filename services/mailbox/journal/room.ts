/**
 * Whether the journal can hold more. All that is kept must fit in it as a snapshot, with a reserve beside it:
 * what makes room again, such as an acknowledgement, is written down too, and is never refused for want of
 * space. What is to be kept is counted with all it may grow to, so leases and reasons need no more.
 */

import type { Refuses } from '../bounds/refuses.ts'

/**
 * A share of the whole, so that a journal that is nearly full is not compacted at every step: at worst a byte
 * that is appended costs four of copying.
 */
const reservedShare = 1 / 4

export class Room {
  readonly #bytesMax: number
  readonly #taken: () => number

  /** `taken` tells the most that a snapshot of everything kept may need. */
  constructor(journalBytesMax: number, taken: () => number) {
    this.#bytesMax = journalBytesMax
    this.#taken = taken
  }

  /** How many bytes more may be kept. */
  get free(): number {
    return this.#bytesMax * (1 - reservedShare) - this.#taken()
  }

  /** Refuses to keep `bytes` more unless they fit. */
  mustHold(bytes: number, fix: string, call: Refuses<'Full'>): void {
    if (bytes > this.free) call.refuse('Full', this.spent(fix))
  }

  /** The sentence of such a refusal. */
  spent(fix: string): string {
    return `the journal has ${this.#bytesMax} bytes (journalBytesMax) and three quarters are taken, its limit; ${fix}, or raise it`
  }
}
