/** The best few documents of many that are offered one by one: a heap with the worst of them on top. */

/** A document that was found. Its id is read when it is first needed, which for most never happens. */
export class Found {
  readonly slot: number
  readonly score: number
  readonly #idOf: (slot: number) => string
  #id: string | undefined

  constructor(slot: number, score: number, idOf: (slot: number) => string) {
    this.slot = slot
    this.score = score
    this.#idOf = idOf
  }

  get id(): string {
    return (this.#id ??= this.#idOf(this.slot))
  }
}

/** Whether one document comes before another: by score from high to low, then by id. */
export function before(a: Found, b: Found): boolean {
  return a.score === b.score ? a.id < b.id : a.score > b.score
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
    const offered = new Found(slot, score, this.#idOf)
    if (found.length < this.#count) {
      found.push(offered)
      this.#raise(found.length - 1, offered)
    } else if (found[0] !== undefined && before(offered, found[0])) this.#sink(offered)
  }

  #raise(from: number, item: Found): void {
    const found = this.#found
    let hole = from
    while (hole > 0) {
      const parent = found[(hole - 1) >> 1]
      if (parent === undefined || !before(parent, item)) break
      found[hole] = parent
      hole = (hole - 1) >> 1
    }
    found[hole] = item
  }

  #sink(item: Found): void {
    const found = this.#found
    for (let hole = 0; ;) {
      const [left, right] = [found[2 * hole + 1], found[2 * hole + 2]]
      const isRight = left !== undefined && right !== undefined && before(left, right)
      const worse = isRight ? right : left
      if (worse === undefined || !before(item, worse)) {
        found[hole] = item
        return
      }
      found[hole] = worse
      hole = 2 * hole + (isRight ? 2 : 1)
    }
  }
}
