/**
 * The nodes a walk has reached, in the order it reached them, each with the best step to it so far. Flat
 * arrays and a small hash table whose size follows the walk, so that a walk of a hundred steps stays in the
 * nearest cache however large the graph is. One serves many walks, one after the other.
 *
 *   places   [ ·  7+2  ·  7+1  5 ]        7 = what the walks before have used up: 5 is theirs, so that
 *   record     0: node 9   1: node 4      place is free, and nothing has to be wiped between walks
 */

import { mixed } from './hash.ts'
import { carried } from './typed.ts'

const RECORDS_MIN = 128
/** What a larger walk took is not kept for the next one. */
const RECORDS_KEPT = 16_384

export class Reached {
  #seed = 0
  nodes = new Uint32Array(RECORDS_MIN)
  weights = new Float64Array(RECORDS_MIN)
  kinds = new Uint16Array(RECORDS_MIN)
  /** 1 where the step followed its edge, 0 where it met it head on. */
  forwards = new Uint8Array(RECORDS_MIN)
  /** Where the name of each is in the order of names, for whoever sorts records. */
  keys = new Float64Array(RECORDS_MIN)
  /** `#used` and a record and one; what is not above `#used` is a free place. At most half full. */
  #places = new Uint32Array(2 * RECORDS_MIN)
  #used = 0
  #count = 0

  /** Records held: 0 to `count` - 1. */
  get count(): number {
    return this.#count
  }

  /** Forgets every record. `seed` makes the hashes of nodes differ from what anybody could expect. */
  clear(seed: number): void {
    this.#seed = seed
    this.#used += this.#count
    this.#count = 0
    const tooLarge = this.nodes.length > RECORDS_KEPT
    if (tooLarge || this.#used > 2 ** 31) this.#resize(tooLarge ? RECORDS_MIN : this.nodes.length)
  }

  /** Whether a node has a record. */
  has(node: number): boolean {
    return (this.#places[this.#placeOf(node)] ?? 0) > this.#used
  }

  /** The record of a node. One that has none gets the next, which is `count` before this. */
  record(node: number): number {
    const place = this.#placeOf(node)
    const known = this.#places[place] ?? 0
    if (known > this.#used) return known - this.#used - 1
    if (this.#count === this.nodes.length) {
      this.#resize(2 * this.#count)
      return this.record(node)
    }
    const record = this.#count++
    this.nodes[record] = node
    this.#places[place] = this.#used + this.#count
    return record
  }

  /** The place that holds a node, or the free one where it belongs. */
  #placeOf(node: number): number {
    const places = this.#places
    const mask = places.length - 1
    let place = mixed(mixed(this.#seed, node), 0) & mask
    for (; ; place = (place + 1) & mask) {
      const known = places[place] ?? 0
      if (known <= this.#used || this.nodes[known - this.#used - 1] === node) return place
    }
  }

  #resize(records: number): void {
    this.nodes = carried(this.nodes, new Uint32Array(records))
    this.weights = carried(this.weights, new Float64Array(records))
    this.kinds = carried(this.kinds, new Uint16Array(records))
    this.forwards = carried(this.forwards, new Uint8Array(records))
    this.keys = carried(this.keys, new Float64Array(records))
    this.#places = new Uint32Array(2 * records)
    this.#used = 0
    for (let i = 0; i < this.#count; i++) this.#places[this.#placeOf(this.nodes[i] ?? 0)] = i + 1
  }
}
