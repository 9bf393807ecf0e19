/**
 * Which slot has a key of 16 bytes: a table with linear probing that holds slots and their hashes and no keys, for
 * the keys lie with their owner, four words a slot. Slot 0 stands for none. At most half of the cells are taken.
 *
 *     cells   │ 0 · │ 8 h8 │ 3 h3 │ gone │ 1 h1 │ …      free, slot 8, slot 3, moved, slot 1
 *
 * A cell is what the memory has to fetch for every question; a key is looked at only where the hash is the same.
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

/** Copies one key. A view for four words would cost more than they do. */
export function copyKey(from: Uint32Array, at: number, to: Uint32Array, toAt: number): void {
  for (let n = 0; n < keyWords; n++) to[toAt + n] = from[at + n] ?? 0
}

/** In a table that is being moved: nothing is here any more, and the row of taken cells goes on. */
const gone = 0xffff_ffff
const cellsMin = 64
/** A slot and its hash. */
const cellWords = 2
/** With two the old table would be empty just in time; it is done sooner. */
const movedAtOnce = 8

export class KeyIndex {
  readonly #keys: Keys
  #cells = new Uint32Array(cellWords * cellsMin)
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
    const hash = hashOf(words, at)
    const cells = this.#cells
    const slot = cells[this.#keyIn(cells, hash, words, at)] ?? noSlot
    if (slot !== noSlot || this.#old === null) return slot
    return this.#old[this.#keyIn(this.#old, hash, words, at)] ?? noSlot
  }

  /** The slot is found under its key from now on, and another of the same key no more. */
  add(slot: number): void {
    this.#step()
    const words = this.#keys.words()
    const at = slot * keyWords
    const hash = hashOf(words, at)
    const cell = this.#keyIn(this.#cells, hash, words, at)
    if (this.#cells[cell] === noSlot) {
      this.#taken++
      if (this.#old !== null) this.#strike(this.#old, this.#keyIn(this.#old, hash, words, at))
    }
    this.#cells[cell] = slot
    this.#cells[cell + 1] = hash
  }

  /** Nothing changes when another slot is found under its key. */
  remove(slot: number): void {
    this.#step()
    const hash = hashOf(this.#keys.words(), slot * keyWords)
    const cell = slotIn(this.#cells, hash, slot)
    if (this.#cells[cell] === slot) this.#close(cell)
    else if (this.#old !== null) this.#strike(this.#old, slotIn(this.#old, hash, slot))
  }

  /** Nothing is found any more. */
  clear(): void {
    this.#cells.fill(noSlot)
    this.#taken = 0
    this.#old = null
  }

  /** The old table no longer has what is in this cell, if there is anything. */
  #strike(old: Uint32Array, cell: number): void {
    if (old[cell] === noSlot) return
    old[cell] = gone
    this.#taken--
  }

  /** Begins a longer table, or goes on filling it. */
  #step(): void {
    if (this.#old !== null) this.#move(this.#old)
    else if (2 * cellWords * (this.#taken + 1) > this.#cells.length) {
      this.#old = this.#cells
      this.#moved = 0
      this.#cells = new Uint32Array(2 * this.#cells.length)
    }
  }

  #move(old: Uint32Array): void {
    const end = Math.min(old.length, this.#moved + cellWords * movedAtOnce)
    for (; this.#moved < end; this.#moved += cellWords) {
      const slot = old[this.#moved] ?? noSlot
      const hash = old[this.#moved + 1] ?? 0
      if (slot === noSlot || slot === gone) continue
      old[this.#moved] = gone
      const cell = freeIn(this.#cells, hash)
      this.#cells[cell] = slot
      this.#cells[cell + 1] = hash
    }
    if (end === old.length) this.#old = null
  }

  /** Empties a cell; what follows in the row moves up, so that no row has a hole. */
  #close(cell: number): void {
    const cells = this.#cells
    const mask = cells.length - 1
    let hole = cell
    for (let next = (hole + cellWords) & mask; ; next = (next + cellWords) & mask) {
      const slot = cells[next] ?? noSlot
      if (slot === noSlot) break
      const hash = cells[next + 1] ?? 0
      // Only what would come before its home stays.
      if (((next - homeIn(cells, hash)) & mask) < ((next - hole) & mask)) continue
      cells[hole] = slot
      cells[hole + 1] = hash
      hole = next
    }
    cells[hole] = noSlot
    this.#taken--
  }

  /** The cell of the slot with this key; when there is none, the free one that ends its row. */
  #keyIn(cells: Uint32Array, hash: number, words: Uint32Array, at: number): number {
    const mask = cells.length - 1
    for (let cell = homeIn(cells, hash); ; cell = (cell + cellWords) & mask) {
      const slot = cells[cell] ?? noSlot
      if (slot === noSlot) return cell
      if (slot !== gone && cells[cell + 1] === hash && this.#has(slot, words, at)) return cell
    }
  }

  #has(slot: number, words: Uint32Array, at: number): boolean {
    const keys = this.#keys.words()
    const from = slot * keyWords
    for (let n = 0; n < keyWords; n++) if (keys[from + n] !== words[at + n]) return false
    return true
  }
}

/** The cell of this slot, or the free one that ends its row. */
function slotIn(cells: Uint32Array, hash: number, slot: number): number {
  const mask = cells.length - 1
  let cell = homeIn(cells, hash)
  while (cells[cell] !== slot && cells[cell] !== noSlot) cell = (cell + cellWords) & mask
  return cell
}

function freeIn(cells: Uint32Array, hash: number): number {
  return slotIn(cells, hash, noSlot)
}

function homeIn(cells: Uint32Array, hash: number): number {
  return (hash * cellWords) & (cells.length - 1)
}

/** All words go in: the first of an id is the time, and its last ones count up. */
function hashOf(words: Uint32Array, at: number): number {
  let hash = Math.imul((words[at] ?? 0) ^ ((words[at + 1] ?? 0) >>> 7), 0x9e37_79b1)
  hash = Math.imul(hash ^ (words[at + 2] ?? 0), 0x85eb_ca6b)
  hash ^= hash >>> 15
  hash = Math.imul(hash ^ (words[at + 3] ?? 0), 0xc2b2_ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
