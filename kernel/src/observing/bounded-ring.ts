/** The last items of many, within a number and within bytes: what comes pushes out what is oldest. */

export interface RingBounds {
  readonly countMax: number
  readonly bytesMax: number
}

export class BoundedRing<Item> {
  readonly #bounds: RingBounds
  readonly #items: ({ readonly item: Item; readonly bytes: number } | null)[]
  /** Items that were ever pushed; the next one goes to this, modulo the length. */
  #pushed = 0
  #length = 0
  #bytes = 0

  /** The places are made at once, so that nothing grows later. */
  constructor(bounds: RingBounds) {
    this.#bounds = bounds
    this.#items = Array.from({ length: bounds.countMax }, () => null)
  }

  get length(): number {
    return this.#length
  }

  get bytes(): number {
    return this.#bytes
  }

  /** How many were pushed out again. */
  get dropped(): number {
    return this.#pushed - this.#length
  }

  /** `bytes` is what the item takes, about. One that is larger than all of the ring pushes out everything, itself too. */
  push(item: Item, bytes: number): void {
    if (this.#length === this.#bounds.countMax) this.#drop()
    this.#items[this.#pushed % this.#bounds.countMax] = { item, bytes }
    this.#pushed++
    this.#length++
    this.#bytes += bytes
    while (this.#bytes > this.#bounds.bytesMax) this.#drop()
  }

  /** Oldest first. */
  items(): readonly Item[] {
    const from = this.#pushed - this.#length
    return Array.from(
      { length: this.#length },
      (_, n) => this.#items[(from + n) % this.#bounds.countMax],
    ).flatMap((kept) => (kept === null || kept === undefined ? [] : [kept.item]))
  }

  #drop(): void {
    const at = (this.#pushed - this.#length) % this.#bounds.countMax
    this.#bytes -= this.#items[at]?.bytes ?? 0
    this.#items[at] = null
    this.#length--
  }
}
