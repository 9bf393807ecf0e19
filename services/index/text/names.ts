/**
 * Finds the number of a name, when whoever has the names can say the name of a number. It is a hash table with
 * open addressing, in memory that the garbage collector does not look into, and four times as fast as a Map
 * for strings that were just cut out of a text. So that growing never takes long, it is 256 tables, of which
 * one grows at a time.
 *
 *   entry   [ hash, number + 1 ]      0 0 where there is none; the place of a hash is its lower bits
 */

const ENTRIES_FIRST = 4

interface Table {
  entries: Uint32Array
  count: number
}

export class Names {
  readonly #nameOf: (number: number) => string
  readonly #seed: number
  readonly #tables: (Table | undefined)[] = []
  #size = 0

  /** `seed` makes the hashes differ, so that nobody can choose names that collide. */
  constructor(seed: number, nameOf: (number: number) => string) {
    this.#seed = seed
    this.#nameOf = nameOf
  }

  get size(): number {
    return this.#size
  }

  find(name: string): number | undefined {
    const hash = this.#hashOf(name)
    const entries = this.#tables[hash >>> 24]?.entries
    if (entries === undefined) return undefined
    const number = entries[this.#placeOf(entries, hash, name) + 1] ?? 0
    return number === 0 ? undefined : number - 1
  }

  /** Adds a name that is not there. */
  add(name: string, number: number): void {
    const hash = this.#hashOf(name)
    const table = (this.#tables[hash >>> 24] ??= { entries: new Uint32Array(2 * ENTRIES_FIRST), count: 0 })
    table.count++
    // Half empty, so that few places are looked at.
    if (4 * table.count > table.entries.length) table.entries = doubled(table.entries)
    enter(table.entries, hash, number + 1)
    this.#size++
  }

  /** Removes a name while its number still has it. */
  delete(name: string): void {
    const hash = this.#hashOf(name)
    const table = this.#tables[hash >>> 24]
    if (table === undefined) return
    const { entries } = table
    const place = this.#placeOf(entries, hash, name)
    if (entries[place + 1] === 0) return
    close(entries, place)
    table.count--
    this.#size--
  }

  /** Where the entry of the name is, or an empty one where it would be. */
  #placeOf(entries: Uint32Array, hash: number, name: string): number {
    let place = homeOf(entries, hash)
    for (;;) {
      const number = entries[place + 1] ?? 0
      if (number === 0 || (entries[place] === hash && this.#nameOf(number - 1) === name)) return place
      place = after(entries, place)
    }
  }

  /** FNV-1a over the units of the name, mixed well enough that all bits count. */
  #hashOf(name: string): number {
    let hash = this.#seed ^ 0x811c9dc5
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
    return (hash ^ (hash >>> 13)) >>> 0
  }
}

function homeOf(entries: Uint32Array, hash: number): number {
  return (2 * hash) & (entries.length - 1)
}

function after(entries: Uint32Array, place: number): number {
  return (place + 2) & (entries.length - 1)
}

function enter(entries: Uint32Array, hash: number, number: number): void {
  let place = homeOf(entries, hash)
  while (entries[place + 1] !== 0) place = after(entries, place)
  entries[place] = hash
  entries[place + 1] = number
}

function doubled(entries: Uint32Array): Uint32Array {
  const larger = new Uint32Array(2 * entries.length)
  for (let place = 0; place < entries.length; place += 2) {
    const number = entries[place + 1] ?? 0
    if (number !== 0) enter(larger, entries[place] ?? 0, number)
  }
  return larger
}

/** Empties an entry and enters those after it anew, up to the next gap, which would not be found behind one. */
function close(entries: Uint32Array, gap: number): void {
  entries.fill(0, gap, gap + 2)
  for (let place = after(entries, gap); entries[place + 1] !== 0; place = after(entries, place)) {
    const [hash = 0, number = 0] = entries.subarray(place, place + 2)
    entries.fill(0, place, place + 2)
    enter(entries, hash, number)
  }
}
