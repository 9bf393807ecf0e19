/**
 * A hash table that stores slot numbers and nothing else: open addressing, linear probing, at most half
 * full. What a slot holds, and its hash, is the owner's knowledge. Removal moves later entries back, so
 * there are no tombstones and a table that shrinks in content also gets quicker.
 */

import { at, NONE } from './typed.ts'

export class SlotTable {
  readonly #hashOf: (slot: number) => number
  #places = new Uint32Array(2).fill(NONE)
  #mask = 1

  constructor(hashOf: (slot: number) => number) {
    this.#hashOf = hashOf
  }

  /** The slot with this hash that `matches`, or NONE. */
  find(hash: number, matches: (slot: number) => boolean): number {
    for (let place = hash & this.#mask; ; place = (place + 1) & this.#mask) {
      const slot = at(this.#places, place)
      if (slot === NONE || matches(slot)) return slot
    }
  }

  add(slot: number): void {
    this.#places[this.#placeOf(this.#hashOf(slot), NONE)] = slot
  }

  /** Removes a slot that is in the table, while its hash can still be computed. */
  remove(slot: number): void {
    let hole = this.#placeOf(this.#hashOf(slot), slot)
    for (let place = (hole + 1) & this.#mask; ; place = (place + 1) & this.#mask) {
      const later = at(this.#places, place)
      if (later === NONE) break
      // An entry may move back to the hole unless its own first place lies after the hole.
      const home = this.#hashOf(later) & this.#mask
      if (((place - home) & this.#mask) < ((place - hole) & this.#mask)) continue
      this.#places[hole] = later
      hole = place
    }
    this.#places[hole] = NONE
  }

  /** The slot known as `old` is from now on known as `slot`; its hash is the same. */
  rename(old: number, slot: number): void {
    this.#places[this.#placeOf(this.#hashOf(old), old)] = slot
  }

  /** Builds the table anew for up to `capacity` slots, a power of two, from the slots 0 to `count` - 1. */
  rebuild(capacity: number, count: number): void {
    this.#places = new Uint32Array(2 * capacity).fill(NONE)
    this.#mask = 2 * capacity - 1
    for (let slot = 0; slot < count; slot++) this.add(slot)
  }

  #placeOf(hash: number, slot: number): number {
    let place = hash & this.#mask
    while (at(this.#places, place) !== slot) place = (place + 1) & this.#mask
    return place
  }
}
