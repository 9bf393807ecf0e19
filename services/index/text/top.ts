/** The best few documents of many that are offered one by one: a heap with the worst of them on top. */

export interface Found {
  readonly slot: number
  readonly score: number
}

/** Whether one document comes before another: by score from high to low, then by id. */
export function before(a: Found, b: Found, idOf: (slot: number) => string): boolean {
  return a.score === b.score ? idOf(a.slot) < idOf(b.slot) : a.score > b.score
}

export class Top {
  readonly #count: number
  readonly #idOf: (slot: number) => string
  /** Nothing comes after its parent: that of `i` is at `(i - 1) >> 1`. */
  readonly #found: Found[] = []

  constructor(count: number, idOf: (slot: number) => string) {
    this.#count = count
    this.#idOf = idOf
  }

  /** A score below this is not among the best any more. */
  get threshold(): number {
    return this.#found.length < this.#count ? 0 : (this.#found[0]?.score ?? Infinity)
  }

  /** The best, in no order. */
  get found(): Found[] {
    return this.#found
  }

  offer(slot: number, score: number): void {
    const found = this.#found
    const offered = { slot, score }
    if (found.length < this.#count) {
      found.push(offered)
      this.#raise(found.length - 1, offered)
    } else if (found[0] !== undefined && before(offered, found[0], this.#idOf)) this.#sink(offered)
  }

  #raise(from: number, item: Found): void {
    const found = this.#found
    let hole = from
    while (hole > 0) {
      const parent = found[(hole - 1) >> 1]
      if (parent === undefined || !before(parent, item, this.#idOf)) break
      found[hole] = parent
      hole = (hole - 1) >> 1
    }
    found[hole] = item
  }

  #sink(item: Found): void {
    const found = this.#found
    for (let hole = 0; ;) {
      const [left, right] = [found[2 * hole + 1], found[2 * hole + 2]]
      const isRight = left !== undefined && right !== undefined && before(left, right, this.#idOf)
      const worse = isRight ? right : left
      if (worse === undefined || !before(item, worse, this.#idOf)) {
        found[hole] = item
        return
      }
      found[hole] = worse
      hole = 2 * hole + (isRight ? 2 : 1)
    }
  }
}
