/**
 * Calls by their number, for what comes and goes with every request. Not a `Map`: one that entries pass through moves
 * to another table again and again, and V8 links the table it leaves to the next and lets it keep what was in it. Once
 * one of them has grown old, everything that passes through outlives the young part of the heap, which is meant to be
 * rid of it in passing. Here a slot is written over.
 *
 *     numbers   │ 8 │ − │ 5 │ 13 │ − │ …      free: −1
 *     items     │ H │   │ E │ M  │   │ …
 *
 * A number is in the row of taken slots that begins at its home, or nowhere. At most half of the slots are taken.
 */

const free = -1
const slotsMin = 16
/** 2³² divided by the golden ratio: numbers that follow each other have homes far apart. */
const spread = 0x9e37_79b1

export class CallTable<Item> {
  #numbers = new Float64Array(slotsMin).fill(free)
  #items = emptyItems<Item>(slotsMin)
  #size = 0

  get size(): number {
    return this.#size
  }

  get(number: number): Item | undefined {
    return this.#items[this.#slotOf(number)]
  }

  /** `number` is an integer from 0 to 2⁵³ − 1. What was under it before is replaced. */
  set(number: number, item: Item): void {
    if (2 * (this.#size + 1) > this.#numbers.length) this.#grow()
    const slot = this.#slotOf(number)
    if (this.#numbers[slot] === free) this.#size++
    this.#numbers[slot] = number
    this.#items[slot] = item
  }

  /** False when there was nothing under the number. */
  delete(number: number): boolean {
    const slot = this.#slotOf(number)
    if (this.#numbers[slot] === free) return false
    this.#free(slot)
    this.#size--
    return true
  }

  /** What is there now, by rising numbers, whatever comes or goes meanwhile. */
  entries(): [number: number, item: Item][] {
    const entries: [number, Item][] = []
    for (const [slot, number] of this.#numbers.entries()) {
      const item = this.#items[slot]
      if (number !== free && item !== undefined) entries.push([number, item])
    }
    return entries.sort(([a], [b]) => a - b)
  }

  /** The slot of a number that is here, or the free one where it would be. */
  #slotOf(number: number): number {
    const numbers = this.#numbers
    const last = numbers.length - 1
    let slot = homeOf(number, last)
    while (numbers[slot] !== number && numbers[slot] !== free) slot = (slot + 1) & last
    return slot
  }

  /** Moves up what would not be found behind a gap. */
  #free(slot: number): void {
    const numbers = this.#numbers
    const last = numbers.length - 1
    let gap = slot
    for (let at = (gap + 1) & last; ; at = (at + 1) & last) {
      const number = numbers[at] ?? free
      if (number === free) break
      if (((at - homeOf(number, last)) & last) < ((at - gap) & last)) continue
      numbers[gap] = number
      this.#items[gap] = this.#items[at]
      gap = at
    }
    numbers[gap] = free
    this.#items[gap] = undefined
  }

  #grow(): void {
    const entries = this.entries()
    const slots = 2 * this.#numbers.length
    this.#numbers = new Float64Array(slots).fill(free)
    this.#items = emptyItems(slots)
    this.#size = 0
    for (const [number, item] of entries) this.set(number, item)
  }
}

/** `last` is one less than a power of two. */
function homeOf(number: number, last: number): number {
  const hash = Math.imul(number | 0, spread)
  return (hash ^ (hash >>> 16)) & last
}

function emptyItems<Item>(slots: number): (Item | undefined)[] {
  return Array.from({ length: slots }, () => undefined)
}
