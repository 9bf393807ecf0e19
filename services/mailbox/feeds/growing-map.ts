/**
 * A map that grows a little at a time. A full `Map` moves all of its entries at once, some fifty milliseconds
 * for a million; this one consists of many small ones, and whenever they hold `partEntries` on average it
 * splits the next of them in two (linear hashing):
 *
 *     parts    0  1  2  3 │ 4  5          parts 0 and 1 were split, into 4 and 5; 2 is next
 *     key      the low 3 bits of its hash say which part; the low 2 do when they name none yet
 *
 * Parts stay when entries go: an empty one is small beside what it held.
 */

import assert from 'node:assert/strict'

/** Entries of a part on average. To split one moves half of as many, some twenty microseconds. */
export const partEntries = 256

export class GrowingMap<Key, Value> {
  readonly #hash: (key: Key) => number
  readonly #parts: Map<Key, Value>[] = [new Map()]
  #size = 0
  /** The low bits of a hash that name any part there is; without the highest of them, one that is not split yet. */
  #bits = 1

  /** `hash` is a whole number whose low bits differ between most keys. */
  constructor(hash: (key: Key) => number) {
    this.#hash = hash
  }

  get size(): number {
    return this.#size
  }

  /** Entries of the fullest part, which is what a single step of growing may have to move. */
  get largestPart(): number {
    return Math.max(...this.#parts.map(({ size }) => size))
  }

  get(key: Key): Value | undefined {
    return this.#partOf(key).get(key)
  }

  set(key: Key, value: Value): void {
    const part = this.#partOf(key)
    const before = part.size
    part.set(key, value)
    this.#size += part.size - before
    if (this.#size > this.#parts.length * partEntries) this.#split()
  }

  delete(key: Key): void {
    if (this.#partOf(key).delete(key)) this.#size--
  }

  *values(): Generator<Value> {
    for (const part of this.#parts) yield* part.values()
  }

  #partOf(key: Key): Map<Key, Value> {
    return this.#part(this.#placeOf(key))
  }

  #placeOf(key: Key): number {
    const place = this.#hash(key) & this.#bits
    return place < this.#parts.length ? place : place & (this.#bits >> 1)
  }

  #part(place: number): Map<Key, Value> {
    const part = this.#parts[place]
    assert(part !== undefined, `there is no part ${place} among ${this.#parts.length}`)
    return part
  }

  #split(): void {
    const added = this.#parts.length
    if (added > this.#bits) this.#bits = 2 * this.#bits + 1
    const part = this.#part(added & (this.#bits >> 1))
    const moved = new Map<Key, Value>()
    this.#parts.push(moved)
    for (const [key, value] of part) {
      if (this.#placeOf(key) !== added) continue
      part.delete(key)
      moved.set(key, value)
    }
  }
}

/** For texts (FNV-1a). Who chooses texts that collide gets one large part: an ordinary map. */
export function hashOfText(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash ^ (hash >>> 15)
}
