/**
 * Bytes under small numbers, in pages that the garbage collector does not look into. A record goes to the end
 * of the last page. What removals leave behind is bounded: when more than a third of all bytes is of no use,
 * the page with the most of them is emptied, by moving what it still holds to the end, one page at a time.
 *
 *   page   [ key length bytes … | key length bytes … | … ]      heads are two numbers of four bytes
 */

import { Column } from './column.ts'

const HEAD = 8
const PAGE = 2 ** 20
const PAGE_FIRST = 2 ** 12

interface Page {
  readonly bytes: Buffer
  /** The same memory, for the heads. */
  readonly numbers: Uint32Array
  used: number
  /** Of those used, the bytes of records that were removed. */
  dead: number
}

/** Where a record lies. `memory` is all of its page. */
interface Place {
  readonly memory: Buffer
  readonly at: number
  readonly length: number
}

export class Shelves {
  readonly #pages: (Page | undefined)[] = []
  readonly #freePages: number[] = []
  /** By key: its page and one more, 0 when there is no such record; and where in it its head is. */
  readonly #pageOf = new Column()
  readonly #placeOf = new Column()
  #last = -1
  #bytes = 0
  #used = 0
  #dead = 0

  /** Bytes of all pages. */
  get bytes(): number {
    return this.#bytes
  }

  /** Keeps a copy, in place of what the key had. */
  put(key: number, record: Uint8Array): void {
    this.remove(key)
    this.#append(key, record)
  }

  has(key: number): boolean {
    return this.#pageOf.get(key) !== 0
  }

  /** Good until the next change. There is no view of the record alone: to make one takes longer than to read most. */
  find(key: number): Place | undefined {
    const page = this.#pages[this.#pageOf.get(key) - 1]
    if (page === undefined) return undefined
    const head = this.#placeOf.get(key)
    return { memory: page.bytes, at: head + HEAD, length: page.numbers[head / 4 + 1] ?? 0 }
  }

  remove(key: number): void {
    const number = this.#pageOf.get(key) - 1
    const page = this.#pages[number]
    if (page === undefined) return
    const size = sizeOf(page.numbers[this.#placeOf.get(key) / 4 + 1] ?? 0)
    this.#pageOf.set(key, 0)
    page.dead += size
    this.#dead += size
    if (page.dead === page.used) this.#drop(number, page)
    else if (3 * this.#dead > this.#used && this.#dead > PAGE) this.#emptyOne()
  }

  #append(key: number, record: Uint8Array): void {
    const size = sizeOf(record.length)
    let page = this.#pages[this.#last]
    if (page === undefined || page.used + size > page.bytes.length) page = this.#newPage(size)
    const place = page.used
    page.numbers[place / 4] = key
    page.numbers[place / 4 + 1] = record.length
    page.bytes.set(record, place + HEAD)
    page.used += size
    this.#used += size
    this.#pageOf.set(key, this.#last + 1)
    this.#placeOf.set(key, place)
  }

  #newPage(sizeMin: number): Page {
    // As much again as there is: an index of three documents shall not take a large page.
    const size = Math.max(sizeMin, Math.min(PAGE, Math.max(PAGE_FIRST, this.#bytes)))
    const memory = new ArrayBuffer(Math.ceil(size / 4) * 4)
    const page = { bytes: Buffer.from(memory), numbers: new Uint32Array(memory), used: 0, dead: 0 }
    this.#last = this.#freePages.pop() ?? this.#pages.length
    this.#pages[this.#last] = page
    this.#bytes += memory.byteLength
    return page
  }

  /** Moves the records of the page with the most dead bytes to the end, and drops it. */
  #emptyOne(): void {
    let worst = -1
    for (const [number, page] of this.#pages.entries()) {
      if (number !== this.#last && (page?.dead ?? 0) > (this.#pages[worst]?.dead ?? 0)) worst = number
    }
    const page = this.#pages[worst]
    if (page === undefined) return
    for (let place = 0; place < page.used;) {
      const [key = 0, length = 0] = page.numbers.subarray(place / 4, place / 4 + 2)
      const isLive = this.#pageOf.get(key) === worst + 1 && this.#placeOf.get(key) === place
      if (isLive) this.#append(key, page.bytes.subarray(place + HEAD, place + HEAD + length))
      place += sizeOf(length)
    }
    this.#dead += page.used - page.dead
    this.#drop(worst, page)
  }

  #drop(number: number, page: Page): void {
    this.#pages[number] = undefined
    this.#freePages.push(number)
    if (this.#last === number) this.#last = -1
    this.#bytes -= page.bytes.length
    this.#used -= page.used
    this.#dead -= page.used
  }
}

/** What a record takes: its head, and its bytes up to a whole number of four. */
function sizeOf(length: number): number {
  return HEAD + 4 * Math.ceil(length / 4)
}
