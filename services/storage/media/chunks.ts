/**
 * The chunks of one object in their order: appended one by one, found by where they lie. The ends are kept, so
 * finding the chunk at an offset is a binary search.
 *
 *     ends      524288  1048576  1500000
 *     chunks   [  0  ) [   1   )[   2   )
 */

/** Content by its address, with its size; a chunk has at least one byte. */
export interface Chunk {
  readonly address: string
  readonly bytes: number
}

export class Chunks {
  readonly #addresses: string[] = []
  readonly #ends: number[] = []

  /** How many there are. */
  get count(): number {
    return this.#ends.length
  }

  /** Bytes of all of them together. */
  get bytes(): number {
    return this.#ends.at(-1) ?? 0
  }

  append({ address, bytes }: Chunk): void {
    this.#addresses.push(address)
    this.#ends.push(this.bytes + bytes)
  }

  /** The chunk that holds the byte at an offset, and the offset of its first byte; undefined past the end. */
  at(offset: number): (Chunk & { readonly start: number }) | undefined {
    const nth = firstAbove(this.#ends, offset)
    const chunk = this.#nth(nth)
    return chunk && { ...chunk, start: this.#startOf(nth) }
  }

  *[Symbol.iterator](): Generator<Chunk> {
    for (let nth = 0; nth < this.count; nth++) {
      const chunk = this.#nth(nth)
      if (chunk !== undefined) yield chunk
    }
  }

  addresses(): readonly string[] {
    return this.#addresses
  }

  #nth(nth: number): Chunk | undefined {
    const [address, end] = [this.#addresses[nth], this.#ends[nth]]
    return address === undefined || end === undefined
      ? undefined
      : { address, bytes: end - this.#startOf(nth) }
  }

  #startOf(nth: number): number {
    return nth === 0 ? 0 : (this.#ends[nth - 1] ?? 0)
  }
}

/** The first index whose value is above `limit`, in values that ascend. */
function firstAbove(values: readonly number[], limit: number): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((values[middle] ?? Number.POSITIVE_INFINITY) > limit) high = middle
    else low = middle + 1
  }
  return low
}
