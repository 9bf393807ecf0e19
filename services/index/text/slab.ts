/**
 * Memory for very many small blocks, in pages of numbers that never move and that the garbage collector does
 * not look into. A block has 4, 8, … or 128 numbers; a free one is cut in two when a smaller one is wanted.
 * Halves are not joined again, so at worst it keeps, of each size, the most that was ever in use.
 */

/** Block sizes: 4 << kind numbers. */
export const KINDS = 6

const PAGE = 2 ** 16
const PAGE_FIRST = 2 ** 10
const LARGEST = 4 << (KINDS - 1)
const NONE = 2 ** 32 - 1

/** Numbers in a block of this kind. */
export function sizeOf(kind: number): number {
  return 4 << kind
}

export class Slab {
  readonly #pages: Uint32Array[] = []
  /** By kind: the first free block, which holds the address of the next. */
  readonly #free = Array.from({ length: KINDS }, () => NONE)
  #numbers = 0
  /** What of the last page was never used. */
  #next = 0
  #end = 0

  /** Bytes of all pages. */
  get bytes(): number {
    return 4 * this.#numbers
  }

  /** The page a block lies in. It begins there at `placeOf(address)`. */
  page(address: number): Uint32Array {
    const page = this.#pages[address >>> 16]
    if (page === undefined) throw new RangeError(`no page has the block at ${address}`)
    return page
  }

  /** The address of a block that nobody uses, with any numbers in it. */
  take(kind: number): number {
    const free = this.#free[kind] ?? NONE
    if (free !== NONE) {
      this.#free[kind] = this.page(free)[placeOf(free)] ?? NONE
      return free
    }
    if (kind === KINDS - 1) return this.#fresh()
    const whole = this.take(kind + 1)
    this.give(whole + sizeOf(kind), kind)
    return whole
  }

  give(address: number, kind: number): void {
    this.page(address)[placeOf(address)] = this.#free[kind] ?? NONE
    this.#free[kind] = address
  }

  #fresh(): number {
    if (this.#next === this.#end) {
      // As much again as there is: an index of three documents shall not take a large page.
      const size = Math.min(PAGE, Math.max(PAGE_FIRST, this.#numbers))
      this.#next = this.#pages.length * PAGE
      this.#end = this.#next + size
      this.#pages.push(new Uint32Array(size))
      this.#numbers += size
    }
    const address = this.#next
    this.#next += LARGEST
    return address
  }
}

export function placeOf(address: number): number {
  return address & (PAGE - 1)
}
