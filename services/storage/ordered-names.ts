/**
 * A set of names that can be walked in order from anywhere, so that a page of a listing costs the page and
 * not the whole set. The names lie in chunks, each sorted and all in order; a chunk that grows past its
 * limit is cut in two, one that empties is dropped.
 *
 *     [ a  b  f ]  [ g  k ]  [ m  p  z ]
 *
 * Order is that of JavaScript strings (UTF-16 code units): total, stable and the same on every machine.
 */

const CHUNK_NAMES_MAX = 512

export class OrderedNames {
  readonly #chunks: string[][] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Adds a name; one that is there already stays as it is. */
  add(name: string): void {
    const at = this.#chunkFor(name)
    const chunk = this.#chunks[at]
    if (chunk === undefined) {
      this.#chunks.push([name])
      this.#size++
      return
    }
    const index = firstNotBelow(chunk, name)
    if (chunk[index] === name) return
    chunk.splice(index, 0, name)
    this.#size++
    if (chunk.length > CHUNK_NAMES_MAX) {
      this.#chunks.splice(at + 1, 0, chunk.splice(CHUNK_NAMES_MAX >> 1))
    }
  }

  /** Removes a name; one that is not there is fine. */
  delete(name: string): void {
    const at = this.#chunkFor(name)
    const chunk = this.#chunks[at]
    if (chunk === undefined) return
    const index = firstNotBelow(chunk, name)
    if (chunk[index] !== name) return
    chunk.splice(index, 1)
    this.#size--
    if (chunk.length === 0) this.#chunks.splice(at, 1)
  }

  /** The names that are `start` or come after it, in order. The set must not change during the walk. */
  *from(start: string): Generator<string, void> {
    const at = this.#chunkFor(start)
    let skip = firstNotBelow(this.#chunks[at] ?? [], start)
    for (const chunk of this.#chunks.slice(at)) {
      yield* skip === 0 ? chunk : chunk.slice(skip)
      skip = 0
    }
  }

  /** The last chunk whose first name is not above `name`, or the first chunk: where `name` is or belongs. */
  #chunkFor(name: string): number {
    let low = 0
    let high = this.#chunks.length
    while (low < high) {
      const middle = (low + high) >> 1
      const first = this.#chunks[middle]?.[0]
      if (first !== undefined && first <= name) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }
}

/** Where the first name that is not below `name` stands, or would. */
function firstNotBelow(sorted: readonly string[], name: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    const there = sorted[middle]
    if (there !== undefined && there < name) low = middle + 1
    else high = middle
  }
  return low
}
