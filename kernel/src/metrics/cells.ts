/**
 * Numbers in shared memory that one thread counts in and any may read: to count is an addition, and a scrape
 * costs the one who counts nothing. They are integers, exact up to 2⁵³.
 */

const cellsPerPage = 1_024

/** One number. */
export class Cell {
  readonly #page: Float64Array
  readonly #at: number

  constructor(page: Float64Array, at: number) {
    this.#page = page
    this.#at = at
  }

  get value(): number {
    return this.#page[this.#at] ?? 0
  }

  add(by: number): void {
    this.#page[this.#at] = this.value + by
  }
}

/** Hands out cells, page after page. There are as many as there are series, whose labels are few and bounded. */
export class Cells {
  #page = newPage()
  #used = 0

  /** One more, which holds zero. */
  next(): Cell {
    if (this.#used === cellsPerPage) {
      this.#page = newPage()
      this.#used = 0
    }
    return new Cell(this.#page, this.#used++)
  }

  /** The cell under a key of these, made when there is none. */
  under<Key>(cells: Map<Key, Cell>, key: Key): Cell {
    const found = cells.get(key)
    if (found !== undefined) return found
    const cell = this.next()
    cells.set(key, cell)
    return cell
  }
}

function newPage(): Float64Array {
  return new Float64Array(new SharedArrayBuffer(cellsPerPage * Float64Array.BYTES_PER_ELEMENT))
}
