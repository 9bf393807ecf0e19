/**
 * Rows in pages of a fixed number of them, so that growing costs one page and never a copy of everything.
 * Only the first page grows by doubling: a graph of a few edges stays small. What shrinks gives its pages
 * back, but for one, lest a row that comes and goes at the border of a page costs a page each time.
 *
 *   page 0            page 1            page 2
 *   [ rows 0…4095 ]   [ rows 4096… ]    [ rows 8192…      │ free ]
 */

const ROWS_MIN = 16

export class Pages<Page> {
  readonly #bits: number
  readonly #make: (rows: number, before: Page | undefined) => Page
  readonly #pages: Page[] = []
  #rows = 0

  /** Rows of a page are 2^`bits`. `make` gives one of so many rows, with the content of the one `before`. */
  constructor(bits: number, make: (rows: number, before: Page | undefined) => Page) {
    this.#bits = bits
    this.#make = make
  }

  /** The page that holds a row, or undefined beyond the last. */
  page(row: number): Page | undefined {
    return this.#pages[row >>> this.#bits]
  }

  /** The number of a row in its page. */
  inPage(row: number): number {
    return row & ((1 << this.#bits) - 1)
  }

  /** Makes room for rows below `rows`, and gives back what is far beyond them. */
  fit(rows: number): void {
    while (this.#rows < rows) this.#grow()
    while (this.#pages.length > 1 && rows <= this.#rows - (2 << this.#bits)) {
      this.#pages.pop()
      this.#rows -= 1 << this.#bits
    }
    if (this.#pages.length === 1 && this.#rows > ROWS_MIN && rows < this.#rows / 4) {
      this.#resizeFirst(this.#rows / 2)
    }
  }

  #grow(): void {
    if (this.#rows < 1 << this.#bits) return this.#resizeFirst(Math.max(ROWS_MIN, 2 * this.#rows))
    this.#pages.push(this.#make(1 << this.#bits, undefined))
    this.#rows += 1 << this.#bits
  }

  #resizeFirst(rows: number): void {
    this.#pages[0] = this.#make(rows, this.#pages[0])
    this.#rows = rows
  }
}
