/**
 * The first few of many records, in order. Twice as many as are wanted are gathered, then sorted and cut; from
 * then on a record that does not come before the last one kept costs one comparison. So the first of n cost
 * about n comparisons, and where everything is wanted it is one merge sort, which the engine compiles together
 * with the comparison; its own `sort` would call it.
 */

/** Records that insertion sorts faster than merging does. */
const PART = 8

export class Foremost {
  readonly #max: number
  readonly #precedes: (a: number, b: number) => boolean
  #records: number[] = []
  #spare: number[] = []
  /** The last of those kept when they were cut the last time; what does not precede it is not wanted. */
  #last: number | undefined

  /** Keeps up to `max`. `precedes` is a strict order. */
  constructor(max: number, precedes: (a: number, b: number) => boolean) {
    this.#max = max
    this.#precedes = precedes
  }

  offer(record: number): void {
    if (this.#max === 0 || (this.#last !== undefined && !this.#precedes(record, this.#last))) return
    this.#records.push(record)
    if (this.#records.length < 2 * this.#max) return
    this.#cut()
    this.#last = this.#records[this.#max - 1]
  }

  /** The first of those offered, in order. */
  taken(): readonly number[] {
    this.#cut()
    return this.#records
  }

  /** Sorts parts of a few records by insertion, and merges them from one array into the other. */
  #cut(): void {
    const count = this.#records.length
    for (let start = 0; start < count; start += PART) this.#insert(start, Math.min(start + PART, count))
    for (let width = PART; width < count; width *= 2) {
      for (let start = 0; start < count; start += 2 * width) {
        this.#merge(start, Math.min(start + width, count), Math.min(start + 2 * width, count))
      }
      ;[this.#records, this.#spare] = [this.#spare, this.#records]
    }
    this.#records.length = Math.min(count, this.#max)
  }

  #insert(start: number, end: number): void {
    const records = this.#records
    for (let i = start + 1; i < end; i++) {
      const record = records[i] ?? 0
      let hole = i
      for (; hole > start; hole--) {
        const before = records[hole - 1] ?? 0
        if (!this.#precedes(record, before)) break
        records[hole] = before
      }
      records[hole] = record
    }
  }

  #merge(start: number, middle: number, end: number): void {
    const [from, to] = [this.#records, this.#spare]
    let [a, b] = [start, middle]
    for (let i = start; i < end; i++) {
      const [one, other] = [from[a] ?? 0, from[b] ?? 0]
      const takesOther = b < end && (a === middle || this.#precedes(other, one))
      to[i] = takesOther ? other : one
      if (takesOther) b++
      else a++
    }
  }
}
