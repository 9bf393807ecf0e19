/** One list of postings that takes part in a search, with what its postings score there. */

import { unitsOf } from './bm25.ts'
import type { Cursor } from './cursor.ts'
import type { Window } from './window.ts'

export class Lane {
  /** No posting scores more than this, in units. */
  readonly ceiling: number
  /** Postings in the list. */
  readonly count: number
  readonly #cursor: Cursor
  readonly #scale: number
  readonly #burdens: Float64Array
  /** The last bound on what a posting says, which is often the next one too, and its score. */
  #best = -1
  #bestUnits = 0

  /** `scale` and `burdens` as `unitsOf` takes them. */
  constructor(cursor: Cursor, count: number, scale: number, burdens: Float64Array) {
    this.#cursor = cursor
    this.count = count
    this.ceiling = Math.ceil(scale)
    this.#scale = scale
    this.#burdens = burdens
  }

  /** The slot it stands on, or `END`. */
  get slot(): number {
    return this.#cursor.slot
  }

  /** Postings it has passed, about. */
  get passed(): number {
    return this.count * this.#cursor.progress
  }

  seek(slot: number): void {
    this.#cursor.seek(slot)
  }

  /** At least what any posting scores from here to `end`, which is not included. */
  boundBelow(end: number): number {
    const cursor = this.#cursor
    if (cursor.slot >= end) return 0
    const best = cursor.bestBelow(end)
    if (best !== this.#best) {
      this.#best = best
      this.#bestUnits = unitsOf(best, this.#scale, this.#burdens)
    }
    return this.#bestUnits
  }

  /** What it scores for a slot that is not behind it; 0 when it has no posting there. */
  unitsAt(slot: number): number {
    const cursor = this.#cursor
    cursor.seek(slot)
    return cursor.slot === slot ? unitsOf(cursor.weight, this.#scale, this.#burdens) : 0
  }

  /** Adds what it scores from here to the end of the window, and goes there. */
  gather(window: Window, bit: number): void {
    const cursor = this.#cursor
    const scale = this.#scale
    const burdens = this.#burdens
    const { start, end, units, bits, touched } = window
    while (cursor.slot < end) {
      const { page, end: blockEnd } = cursor
      const shift = cursor.span - start
      const beyond = end - start
      let place = cursor.place
      for (; place < blockEnd; place++) {
        const posting = page[place] ?? 0
        const at = (posting >>> 16) + shift
        if (at >= beyond) break
        units[at] = (units[at] ?? 0) + unitsOf(posting, scale, burdens)
        bits[at] = (bits[at] ?? 0) | bit
        touched[at >>> 5] = (touched[at >>> 5] ?? 0) | (1 << (at & 31))
      }
      cursor.moveTo(place)
    }
  }
}
