/**
 * Memory for very many small blocks, in pages of numbers that never move and that the garbage collector does
 * not look into. A block has 4, 8, 16, … numbers; a free one is halved until it is as small as is wanted.
 * Halves are not joined again, so at worst it keeps, of each size, the most that was ever in use.
 */

/** Sizes of blocks, each twice the one before; the largest is a page. */
export const KINDS = 17

const PAGE_BITS = 18
const PAGE = 2 ** PAGE_BITS
const PAGE_FIRST = 2 ** 10
/** Of a page that is begun, no smaller block is cut. Every page is a multiple of it. */
const KIND_CUT = 5
const NONE = 2 ** 32 - 1

/** Numbers in a block of this kind. */
export function sizeOf(kind: number): number {
  return 4 << kind
}

/** Where in its page a block begins. */
export function placeOf(address: number): number {
  return address & (PAGE - 1)
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

  /** The page that has the block. */
  page(address: number): Uint32Array {
    const page = this.#pages[address >>> PAGE_BITS]
    if (page === undefined) throw new RangeError(`no page has the block at ${address}`)
    return page
  }

  /** The address of a block that nobody uses, with any numbers in it. */
  take(kind: number): number {
    if (kind >= KINDS) throw new RangeError(`a block has at most ${PAGE} numbers, not ${sizeOf(kind)}`)
    let larger = kind
    while (larger < KINDS && this.#free[larger] === NONE) larger++
    if (larger === KINDS) larger = Math.max(kind, KIND_CUT)
    const address = this.#free[larger] === NONE ? this.#cut(larger) : this.#unlink(larger)
    while (larger > kind) {
      larger--
      this.give(address + sizeOf(larger), larger)
    }
    return address
  }

  give(address: number, kind: number): void {
    this.page(address)[placeOf(address)] = this.#free[kind] ?? NONE
    this.#free[kind] = address
  }

  #unlink(kind: number): number {
    const address = this.#free[kind] ?? NONE
    this.#free[kind] = this.page(address)[placeOf(address)] ?? NONE
    return address
  }

  #cut(kind: number): number {
    const size = sizeOf(kind)
    if (this.#next + size > this.#end) {
      for (; this.#next < this.#end; this.#next += sizeOf(KIND_CUT)) this.give(this.#next, KIND_CUT)
      // As much again as there is: an index of three documents shall not take a large page.
      const numbers = Math.max(size, Math.min(PAGE, Math.max(PAGE_FIRST, this.#numbers)))
      this.#next = this.#pages.length * PAGE
      this.#end = this.#next + numbers
      this.#pages.push(new Uint32Array(numbers))
      this.#numbers += numbers
    }
    const address = this.#next
    this.#next += size
    return address
  }
}
