/**
 * Terms in the order of their words, in chunks of bounded size, so that a new word moves few others. Words
 * that begin alike stand together. Order is that of UTF-16 code units.
 */

const CHUNK = 256

export class SortedTerms {
  readonly #wordOf: (term: number) => string
  readonly #chunks: number[][] = []

  constructor(wordOf: (term: number) => string) {
    this.#wordOf = wordOf
  }

  /** Adds a term whose word no other term has. */
  add(term: number): void {
    const word = this.#wordOf(term)
    const i = Math.max(0, this.#chunkOf(word))
    const chunk = (this.#chunks[i] ??= [])
    chunk.splice(this.#placeIn(chunk, word), 0, term)
    if (chunk.length > CHUNK) this.#chunks.splice(i + 1, 0, chunk.splice(CHUNK / 2))
  }

  /** Removes a term while its word is still known. */
  remove(term: number): void {
    const word = this.#wordOf(term)
    const i = this.#chunkOf(word)
    const chunk = this.#chunks[i]
    if (chunk === undefined) return
    const place = this.#placeIn(chunk, word)
    if (chunk[place] === term) chunk.splice(place, 1)
    if (chunk.length === 0) this.#chunks.splice(i, 1)
  }

  /** Terms whose words begin with `prefix`, in order. */
  *startingWith(prefix: string): Generator<number> {
    let i = Math.max(0, this.#chunkOf(prefix))
    for (let place = this.#placeIn(this.#chunks[i] ?? [], prefix); ; place = 0, i++) {
      const chunk = this.#chunks[i]
      if (chunk === undefined) return
      for (; place < chunk.length; place++) {
        const term = chunk[place] ?? 0
        if (!this.#wordOf(term).startsWith(prefix)) return
        yield term
      }
    }
  }

  /** The last chunk whose first word is not after `word`, or -1. */
  #chunkOf(word: string): number {
    let low = 0
    let high = this.#chunks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#wordOf(this.#chunks[middle]?.[0] ?? 0) <= word) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  /** The place of the first term of a chunk whose word is not before `word`. */
  #placeIn(chunk: readonly number[], word: string): number {
    let low = 0
    let high = chunk.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#wordOf(chunk[middle] ?? 0) < word) low = middle + 1
      else high = middle
    }
    return low
  }
}
