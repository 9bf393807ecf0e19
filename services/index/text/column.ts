/**
 * A whole number below 2^32 for each of many small indexes, four bytes each. A number that was never set is 0.
 * It grows by pages, so that little is ever made or moved at a time; only the first page begins small.
 */

const PAGE_BITS = 14
const PAGE = 2 ** PAGE_BITS
const PAGE_FIRST = 2 ** 6

export class Column {
  /** In order: number `i` of page `p` is that of index `p * page size + i`. The first is replaced as it grows. */
  readonly pages: Uint32Array[] = []

  get(index: number): number {
    return this.pages[index >>> PAGE_BITS]?.[index & (PAGE - 1)] ?? 0
  }

  set(index: number, value: number): void {
    const number = index >>> PAGE_BITS
    const place = index & (PAGE - 1)
    let page = this.pages[number]
    if (page === undefined || place >= page.length) page = this.#grow(number, place)
    page[place] = value
  }

  /** Where the number of an index stands, until the column grows. */
  placeOf(index: number): { readonly page: Uint32Array; readonly at: number } {
    const page = this.pages[index >>> PAGE_BITS]
    if (page === undefined) throw new RangeError(`no number was set at ${index}`)
    return { page, at: index & (PAGE - 1) }
  }

  /** Makes room in page `number` for `place`. */
  #grow(number: number, place: number): Uint32Array {
    for (let before = this.pages.length; before < number; before++) this.#grow(before, PAGE - 1)
    let size = number === 0 ? PAGE_FIRST : PAGE
    while (size <= place) size *= 2
    const page = new Uint32Array(size)
    page.set(this.pages[number] ?? [])
    this.pages[number] = page
    return page
  }
}
