/**
 * The authors that one user follows, with the number of each follow. Authors stand sorted by the number they
 * have as people, in one array of exactly the size: users are many and follow few.
 *
 *     pairs  [ author, follow, author, follow, … ]
 */

export class Followed {
  #pairs: readonly number[] = []

  get size(): number {
    return this.#pairs.length / 2
  }

  /** The number of the follow; undefined when the author is not followed. */
  numberOf(author: number): number | undefined {
    const place = this.#placeOf(author)
    return this.#pairs[place] === author ? this.#pairs[place + 1] : undefined
  }

  has(author: number): boolean {
    return this.numberOf(author) !== undefined
  }

  *authors(): Generator<number> {
    for (let place = 0; place < this.#pairs.length; place += 2) yield this.#pairs[place] ?? 0
  }

  add(author: number, number: number): void {
    this.#pairs = this.#pairs.toSpliced(this.#placeOf(author), 0, author, number)
  }

  /** The author is followed. */
  remove(author: number): void {
    this.#pairs = this.#pairs.toSpliced(this.#placeOf(author), 2)
  }

  /** Where the author's pair begins, or would. */
  #placeOf(author: number): number {
    let [low, high] = [0, this.size]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#pairs[2 * middle] ?? 0) < author) low = middle + 1
      else high = middle
    }
    return 2 * low
  }
}
