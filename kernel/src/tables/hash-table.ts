/**
 * A hash table for what comes and goes with every request. A `Map` that entries pass through moves to another table
 * again and again, and V8 links the table it leaves to the next and lets it keep what was in it. Once one of them has
 * grown old, everything that passes through outlives the young part of the heap, which is meant to be rid of it in
 * passing. Here a slot is written over.
 *
 *     keys     │ 8 │   │ 5 │ 13 │   │ …      linear probing: a key is in the row of taken slots that begins at its
 *     values   │ H │   │ E │ M  │   │ …      home, or nowhere; at most half of the slots are taken
 */

const slotsMin = 16
/** 2³² divided by the golden ratio: numbers that follow each other have homes far apart. */
const spread = 0x9e37_79b1

export class HashTable<Key extends number | bigint, Value extends object> {
  readonly #hash: (key: Key) => number
  #keys: (Key | undefined)[] = emptySlots(slotsMin)
  #values: (Value | undefined)[] = emptySlots(slotsMin)
  #size = 0

  /** `hash` is a whole number of 32 bits; it need not be spread. */
  constructor(hash: (key: Key) => number) {
    this.#hash = hash
  }

  get size(): number {
    return this.#size
  }

  get(key: Key): Value | undefined {
    return this.#values[this.#slotOf(key)]
  }

  /** What was under the key before is replaced. */
  set(key: Key, value: Value): void {
    if (2 * (this.#size + 1) > this.#keys.length) this.#grow()
    const slot = this.#slotOf(key)
    if (this.#keys[slot] === undefined) this.#size++
    this.#keys[slot] = key
    this.#values[slot] = value
  }

  /** False when there was nothing under the key. */
  delete(key: Key): boolean {
    const slot = this.#slotOf(key)
    if (this.#keys[slot] === undefined) return false
    this.#free(slot)
    this.#size--
    return true
  }

  /** What is there now, by rising keys, whatever comes or goes meanwhile. */
  entries(): [key: Key, value: Value][] {
    const entries: [Key, Value][] = []
    for (const [slot, key] of this.#keys.entries()) {
      const value = this.#values[slot]
      if (key !== undefined && value !== undefined) entries.push([key, value])
    }
    return entries.sort(([a], [b]) => (a < b ? -1 : 1))
  }

  /** The slot of a key that is here, or the free one where it would be. */
  #slotOf(key: Key): number {
    const keys = this.#keys
    const last = keys.length - 1
    let slot = this.#homeOf(key)
    while (keys[slot] !== key && keys[slot] !== undefined) slot = (slot + 1) & last
    return slot
  }

  #homeOf(key: Key): number {
    const hash = Math.imul(this.#hash(key), spread)
    return (hash ^ (hash >>> 16)) & (this.#keys.length - 1)
  }

  /** Moves up what would not be found behind a gap. */
  #free(slot: number): void {
    const keys = this.#keys
    const last = keys.length - 1
    let gap = slot
    let at = (gap + 1) & last
    for (let key = keys[at]; key !== undefined; key = keys[at]) {
      if (((at - this.#homeOf(key)) & last) >= ((at - gap) & last)) {
        keys[gap] = key
        this.#values[gap] = this.#values[at]
        gap = at
      }
      at = (at + 1) & last
    }
    keys[gap] = undefined
    this.#values[gap] = undefined
  }

  #grow(): void {
    const entries = this.entries()
    const slots = 2 * this.#keys.length
    this.#keys = emptySlots(slots)
    this.#values = emptySlots(slots)
    this.#size = 0
    for (const [key, value] of entries) this.set(key, value)
  }
}

/** For integers from 0 to 2⁵³ − 1. */
export const hashOfNumber = (number: number) => number | 0

export const hashOfBigint = (bigint: bigint) => Number(BigInt.asIntN(32, bigint))

function emptySlots<Item>(slots: number): (Item | undefined)[] {
  return Array.from({ length: slots }, () => undefined)
}
