/**
 * Directed, typed, weighted edges between numbered nodes, at most one per (from, to, kind). An edge is a
 * slot in flat arrays, 42 bytes in all. The slots in use are always 0 to `count` - 1: removing an
 * edge moves the last one into its place, so the arrays can grow by doubling and shrink by halving, and
 * memory follows content. Slots are therefore good until the next `remove`.
 *
 *   slot      0     1     2   …  count-1 │ free
 *   from    [ 4 ] [ 4 ] [ 9 ]            │
 *   to      [ 9 ] [ 7 ] [ 4 ]            │      out and in: chains through the slots of a node
 *   kind    [ 0 ] [ 1 ] [ 0 ]            │      table: (from, to, kind) → slot
 *   weight  [1.0] [0.5] [1.0]            │
 */

import { Chains } from './chains.ts'
import { SlotTable } from './slot-table.ts'
import { at, carried, NONE } from './typed.ts'

const CAPACITY_MIN = 16

export class Edges {
  readonly out = new Chains()
  readonly in = new Chains()
  readonly #table = new SlotTable((slot) =>
    this.#hash(at(this.#from, slot), at(this.#to, slot), at(this.#kind, slot)),
  )
  readonly #seed: number
  #count = 0
  #capacity = 0
  #from = new Uint32Array(0)
  #to = new Uint32Array(0)
  #kind = new Uint16Array(0)
  #weight = new Float64Array(0)

  /** `seed` makes the hash differ between nodes, so that nobody can choose edges that collide. */
  constructor(seed: number) {
    this.#seed = seed
    this.#resize(CAPACITY_MIN)
  }

  get count(): number {
    return this.#count
  }

  from(slot: number): number {
    return at(this.#from, slot)
  }

  to(slot: number): number {
    return at(this.#to, slot)
  }

  kind(slot: number): number {
    return at(this.#kind, slot)
  }

  weight(slot: number): number {
    return at(this.#weight, slot)
  }

  setWeight(slot: number, weight: number): void {
    this.#weight[slot] = weight
  }

  /** The slot of an edge, or NONE. */
  find(from: number, to: number, kind: number): number {
    return this.#table.find(
      this.#hash(from, to, kind),
      (slot) => at(this.#from, slot) === from && at(this.#to, slot) === to && at(this.#kind, slot) === kind,
    )
  }

  /** Adds an edge that is not there yet. */
  add(from: number, to: number, kind: number, weight: number): void {
    if (this.#count === this.#capacity) this.#resize(2 * this.#capacity)
    const slot = this.#count++
    this.#from[slot] = from
    this.#to[slot] = to
    this.#kind[slot] = kind
    this.#weight[slot] = weight
    this.out.push(from, slot)
    this.in.push(to, slot)
    this.#table.add(slot)
  }

  remove(slot: number): void {
    this.#table.remove(slot)
    this.out.drop(at(this.#from, slot), slot)
    this.in.drop(at(this.#to, slot), slot)
    const last = --this.#count
    if (slot !== last) this.#move(last, slot)
    if (this.#capacity > CAPACITY_MIN && this.#count < this.#capacity / 4) this.#resize(this.#capacity / 2)
  }

  /**
   * Every slot, those that were added first before those added later: at least in every list of `out` and of
   * `in`, so that adding them again in this order makes the same lists. An edge comes when the one behind it
   * in each of its two lists has come; there is always such an edge, since nothing but time ordered them.
   */
  *oldestFirst(): Generator<number> {
    const awaited = new Uint8Array(this.#count)
    const free: number[] = []
    for (let slot = 0; slot < this.#count; slot++) {
      awaited[slot] = (this.out.next(slot) === NONE ? 0 : 1) + (this.in.next(slot) === NONE ? 0 : 1)
      if (awaited[slot] === 0) free.push(slot)
    }
    for (let slot = free.pop(); slot !== undefined; slot = free.pop()) {
      yield slot
      for (const later of [this.out.prev(slot), this.in.prev(slot)]) {
        if (later === NONE) continue
        awaited[later] = at(awaited, later) - 1
        if (awaited[later] === 0) free.push(later)
      }
    }
  }

  /** Gives every node its new id; `span` ids are in use afterwards. */
  renumber(ids: Uint32Array, span: number): void {
    for (let slot = 0; slot < this.#count; slot++) {
      this.#from[slot] = at(ids, at(this.#from, slot))
      this.#to[slot] = at(ids, at(this.#to, slot))
    }
    this.out.renumber(ids, span)
    this.in.renumber(ids, span)
    this.#table.rebuild(this.#capacity, this.#count)
  }

  #move(last: number, slot: number): void {
    this.#table.rename(last, slot)
    this.#from[slot] = at(this.#from, last)
    this.#to[slot] = at(this.#to, last)
    this.#kind[slot] = at(this.#kind, last)
    this.#weight[slot] = at(this.#weight, last)
    this.out.rename(at(this.#from, slot), last, slot)
    this.in.rename(at(this.#to, slot), last, slot)
  }

  #resize(capacity: number): void {
    this.#capacity = capacity
    this.#from = carried(this.#from, new Uint32Array(capacity))
    this.#to = carried(this.#to, new Uint32Array(capacity))
    this.#kind = carried(this.#kind, new Uint16Array(capacity))
    this.#weight = carried(this.#weight, new Float64Array(capacity))
    this.out.resize(capacity)
    this.in.resize(capacity)
    this.#table.rebuild(capacity, this.#count)
  }

  #hash(from: number, to: number, kind: number): number {
    return mixed(mixed(mixed(this.#seed, from), to), kind) >>> 0
  }
}

/** One round: a multiplication spreads low bits upwards, the shift brings high bits back down. */
function mixed(hash: number, part: number): number {
  const spread = Math.imul(hash ^ part, 0x9e37_79b1)
  return spread ^ (spread >>> 15)
}
