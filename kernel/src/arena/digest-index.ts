/**
 * Which entry of a segment has a digest: a table with linear probing in memory of this thread, which holds
 * numbers of entries and no keys, for the digests lie in the segment. To fill it makes nothing but the table,
 * and to fill it is most of what a restart costs.
 *
 *     slots   │ 0 │ 8 │ 3 │ 0 │ 1 │ …      free, entry 7, entry 2, free, entry 0
 *
 * A digest is in the row of taken slots that begins at its home, or nowhere. At most half of the slots are
 * taken, so every row ends. It knows nothing of contents; an entry keeps its digest while it is in here.
 */

import type { Random } from '../ports/random.ts'
import { digestBytes, digestWord, entryWords, type BlobsSegment } from './blobs-segment.ts'
import { DigestHash } from './digest-hash.ts'

const free = 0
const slotsMin = 16
const digestWords = digestBytes / 4

export class DigestIndex {
  /** The words of the segment's entries. */
  readonly #words: Int32Array
  readonly #hash: DigestHash
  #slots = new Int32Array(slotsMin)
  #taken = 0

  /** Has no entry yet. */
  constructor(segment: BlobsSegment, random: Random) {
    this.#words = segment.entries
    this.#hash = new DigestHash(random)
  }

  /**
   * Begins anew with the entries below `reach`, from the top down. `isKept` is asked once about each whose
   * digest no entry above it has. All others are `lost`.
   */
  fill(reach: number, isKept: (entry: number) => boolean, lost: (entry: number) => void): void {
    // A new thread does this for every entry before it is compiled, so it calls nothing it need not call.
    const words = this.#words
    const hash = this.#hash
    const slots = new Int32Array(slotsFor(reach))
    const last = slots.length - 1
    let taken = 0
    this.#slots = slots
    for (let entry = reach - 1; entry >= 0; entry--) {
      const at = entry * entryWords + digestWord
      let slot = hash.of(words, at) & last
      let held = slots[slot] ?? free
      while (held !== free && !this.#hasDigest(held - 1, words, at)) {
        slot = (slot + 1) & last
        held = slots[slot] ?? free
      }
      if (held === free && isKept(entry)) {
        slots[slot] = entry + 1
        taken++
      } else lost(entry)
    }
    this.#taken = taken
  }

  /** The entry with this digest, which is eight words; undefined when there is none. */
  find(digest: Int32Array): number | undefined {
    const held = this.#held(this.#slotFor(digest, 0))
    return held === free ? undefined : held - 1
  }

  /** Adds an entry under the digest it has. False when another with the same digest is in here. */
  add(entry: number): boolean {
    if (2 * (this.#taken + 1) > this.#slots.length) this.#grow()
    const slot = this.#slotFor(this.#words, digestAt(entry))
    if (this.#held(slot) !== free) return false
    this.#slots[slot] = entry + 1
    this.#taken++
    return true
  }

  /** Throws when the entry is not in here. */
  remove(entry: number): void {
    let hole = this.#slotFor(this.#words, digestAt(entry))
    if (this.#held(hole) !== entry + 1) throw new Error(`entry ${entry} is not in the index`)
    // What follows in the row moves up, so that no row has a hole. Only what would come before its home stays.
    for (let slot = this.#after(hole); this.#held(slot) !== free; slot = this.#after(slot)) {
      const held = this.#held(slot)
      if (this.#distance(this.#home(this.#words, digestAt(held - 1)), slot) < this.#distance(hole, slot))
        continue
      this.#slots[hole] = held
      hole = slot
    }
    this.#slots[hole] = free
    this.#taken--
  }

  #grow(): void {
    const before = this.#slots
    this.#slots = new Int32Array(2 * before.length)
    for (const held of before) {
      if (held !== free) this.#slots[this.#slotFor(this.#words, digestAt(held - 1))] = held
    }
  }

  /** The slot of the entry with the digest at this place; when there is none, the free one to put it in. */
  #slotFor(words: Int32Array, at: number): number {
    let slot = this.#home(words, at)
    for (let held = this.#held(slot); held !== free; held = this.#held(slot)) {
      if (this.#hasDigest(held - 1, words, at)) return slot
      slot = this.#after(slot)
    }
    return slot
  }

  #hasDigest(entry: number, words: Int32Array, at: number): boolean {
    const from = digestAt(entry)
    for (let n = 0; n < digestWords; n++) if (this.#words[from + n] !== words[at + n]) return false
    return true
  }

  #home(words: Int32Array, at: number): number {
    return this.#hash.of(words, at) & (this.#slots.length - 1)
  }

  #held(slot: number): number {
    return this.#slots[slot] ?? free
  }

  #after(slot: number): number {
    return (slot + 1) & (this.#slots.length - 1)
  }

  /** Slots from one to another, round the end. */
  #distance(from: number, to: number): number {
    return (to - from) & (this.#slots.length - 1)
  }
}

/** A power of two, at least twice as many slots as entries. */
function slotsFor(entries: number): number {
  let slots = slotsMin
  while (slots < 2 * entries) slots *= 2
  return slots
}

/** Where the digest of an entry begins among the words of all entries. */
function digestAt(entry: number): number {
  return entry * entryWords + digestWord
}
