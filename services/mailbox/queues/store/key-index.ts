/**
 * Which slot has a key of 16 bytes: a table with linear probing that holds slots and no keys, for the keys lie
 * with their owner, four words a slot. Slot 0 stands for none. At most half of the cells are taken.
 *
 *     cells   │ 0 │ 8 │ 3 │ · │ 1 │ …      free, slot 8, slot 3, moved or gone, slot 1
 *
 * A table that is half full is not made anew at once, which would take longer the more there is: the next one,
 * twice as long, is filled by a few cells with every change. Until all are moved a key is in one or the other.
 *
 * Keys are drawn by chance or come from a cryptographic hash, so any of their bits will do. Whoever chooses what
 * is hashed can make some fall on one cell, by about as many tries each as the table has cells, and pays for it
 * with what each of them takes of a budget.
 */

/** The keys' owner may put longer memory in the place of this one. */
export interface Keys {
  readonly words: () => Uint32Array
}

export const keyWords = 4
export const keyBytes = 4 * keyWords
export const noSlot = 0

/** In a table that is being moved: nothing is here any more, and the row of taken cells goes on. */
const gone = 0xffff_ffff
const cellsMin = 64
/** With two the old table would be empty just in time; it is done sooner. */
const movedAtOnce = 8

export class KeyIndex {
  readonly #keys: Keys
  #cells = new Uint32Array(cellsMin)
  #taken = 0
  /** The table before, while there is something in it. */
  #old: Uint32Array | null = null
  /** Cells before this one were moved. */
  #moved = 0

  constructor(keys: Keys) {
    this.#keys = keys
  }

  get size(): number {
    return this.#taken
  }

  /** The slot whose key stands at word `at`, or `noSlot`. */
  find(words: Uint32Array, at: number): number {
    const cell = this.#cellOf(this.#cells, words, at)
    const slot = this.#cells[cell] ?? noSlot
    if (slot !== noSlot || this.#old === null) return slot
    return this.#old[this.#cellOf(this.#old, words, at)] ?? noSlot
  }

  /** The slot is found under its key from now on, and another of the same key no more. */
  add(slot: number): void {
    this.#step()
    const words = this.#keys.words()
    const at = slot * keyWords
    const cell = this.#cellOf(this.#cells, words, at)
    if (this.#cells[cell] === noSlot) {
      this.#taken++
      if (this.#old !== null) this.#strike(this.#old, words, at)
    }
    this.#cells[cell] = slot
  }

  /** Nothing changes when another slot is found under its key. */
  remove(slot: number): void {
    this.#step()
    const words = this.#keys.words()
    const at = slot * keyWords
    const cell = this.#cellOf(this.#cells, words, at)
    const found = this.#cells[cell] ?? noSlot
    if (found === slot) this.#close(cell)
    else if (found === noSlot && this.#old !== null) {
      const before = this.#cellOf(this.#old, words, at)
      if (this.#old[before] === slot) {
        this.#old[before] = gone
        this.#taken--
      }
    }
  }

  /** The old table no longer has this key. */
  #strike(old: Uint32Array, words: Uint32Array, at: number): void {
    const cell = this.#cellOf(old, words, at)
    if (old[cell] === noSlot) return
    old[cell] = gone
    this.#taken--
  }

  /** Begins a longer table, or goes on filling it. */
  #step(): void {
    if (this.#old !== null) this.#move(this.#old)
    else if (2 * (this.#taken + 1) > this.#cells.length) {
      this.#old = this.#cells
      this.#moved = 0
      this.#cells = new Uint32Array(2 * this.#cells.length)
    }
  }

  #move(old: Uint32Array): void {
    const end = Math.min(old.length, this.#moved + movedAtOnce)
    for (; this.#moved < end; this.#moved++) {
      const slot = old[this.#moved] ?? noSlot
      if (slot === noSlot || slot === gone) continue
      old[this.#moved] = gone
      this.#cells[this.#cellOf(this.#cells, this.#keys.words(), slot * keyWords)] = slot
    }
    if (end === old.length) this.#old = null
  }

  /** Empties a cell; what follows in the row moves up, so that no row has a hole. */
  #close(cell: number): void {
    const cells = this.#cells
    const mask = cells.length - 1
    let hole = cell
    for (let next = (hole + 1) & mask; ; next = (next + 1) & mask) {
      const slot = cells[next] ?? noSlot
      if (slot === noSlot) break
      const home = homeOf(this.#keys.words(), slot * keyWords) & mask
      // Only what would come before its home stays.
      if (((next - home) & mask) < ((next - hole) & mask)) continue
      cells[hole] = slot
      hole = next
    }
    cells[hole] = noSlot
    this.#taken--
  }

  /** The cell of the slot with this key; when there is none, the free one that ends its row. */
  #cellOf(cells: Uint32Array, words: Uint32Array, at: number): number {
    const keys = this.#keys.words()
    const mask = cells.length - 1
    const [a, b, c, d] = [words[at], words[at + 1], words[at + 2], words[at + 3]]
    let cell = homeOf(words, at) & mask
    for (;;) {
      const slot = cells[cell] ?? noSlot
      if (slot === noSlot) return cell
      const from = slot * keyWords
      if (
        slot !== gone &&
        keys[from + 3] === d &&
        keys[from + 2] === c &&
        keys[from + 1] === b &&
        keys[from] === a
      )
        return cell
      cell = (cell + 1) & mask
    }
  }
}

/** All words go in: the first of an id is the time, and its last ones count up. */
function homeOf(words: Uint32Array, at: number): number {
  let hash = Math.imul((words[at] ?? 0) ^ ((words[at + 1] ?? 0) >>> 7), 0x9e37_79b1)
  hash = Math.imul(hash ^ (words[at + 2] ?? 0), 0x85eb_ca6b)
  hash ^= hash >>> 15
  hash = Math.imul(hash ^ (words[at + 3] ?? 0), 0xc2b2_ae35)
  return hash ^ (hash >>> 16)
}
