/**
 * The events of a model as bits, so that a sleep set is one integer and one `&` drops from it what does not
 * commute. Bits are given out as events are met.
 */

import { Keys } from './keys.ts'

/** Says of two events whether they may be swapped. */
export type Independence<Event> = (one: Event, other: Event) => boolean

interface Letter<Event> {
  readonly event: Event
  readonly bit: bigint
  /** Bits of the events met so far that may be swapped with this one. */
  commuting: bigint
}

export class Alphabet<Event> {
  readonly #independent: Independence<Event>
  readonly #keys = new Keys()
  readonly #letters = new Map<unknown, Letter<Event>>()

  constructor(independent: Independence<Event>) {
    this.#independent = independent
  }

  letter(event: Event): Letter<Event> {
    const key = typeof event === 'object' ? this.#keys.of(event) : event
    const known = this.#letters.get(key)
    if (known !== undefined) return known
    const letter: Letter<Event> = { event, bit: 1n << BigInt(this.#letters.size), commuting: 0n }
    for (const other of this.#letters.values()) {
      if (!this.#independent(event, other.event)) continue
      letter.commuting |= other.bit
      other.commuting |= letter.bit
    }
    this.#letters.set(key, letter)
    return letter
  }
}
