/** So many whole numbers of 32 bits per row, side by side, for rows 0, 1, 2 …. What was never set is 0. */

import { Pages } from './pages.ts'
import { carried } from './typed.ts'

const ROW_BITS = 16

export class Rows {
  readonly #width: number
  readonly #pages: Pages<Uint32Array>
  #rows = 0

  constructor(width: number) {
    this.#width = width
    this.#pages = new Pages(ROW_BITS, (rows, before) => {
      const page = new Uint32Array(rows * width)
      return before === undefined ? page : carried(before, page)
    })
  }

  get(row: number, field: number): number {
    return this.#pages.page(row)?.[this.#pages.inPage(row) * this.#width + field] ?? 0
  }

  set(row: number, field: number, value: number): void {
    if (row >= this.#rows) this.fit(row + 1)
    const page = this.#pages.page(row)
    if (page !== undefined) page[this.#pages.inPage(row) * this.#width + field] = value
  }

  /** Makes room for rows below `rows`, and forgets the others. */
  fit(rows: number): void {
    this.#pages.fit(rows)
    this.#rows = rows
  }
}
