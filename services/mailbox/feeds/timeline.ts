/**
 * The posts pushed to one user, as a sorted ring of their numbers (`order`), oldest first:
 *
 *     orders  [ 9  11 ·  ·  4  7 ]     · room; a ring holds at least a quarter of what it has room for
 *                          ↑ head
 *
 * A new post goes to the end and, when the timeline is full, takes the place of the oldest; both are a
 * store or two, however long it is. One that arrives late or leaves moves what is newer than it.
 */

const none: number[] = []
const roomMin = 2

export class Timeline {
  #orders = none
  #head = 0
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Posts there are places for. */
  get room(): number {
    return this.#orders.length
  }

  /** The `nth` oldest, counted from 0; there is one. */
  at(nth: number): number {
    return this.#orders[this.#slot(nth)] ?? -1
  }

  /** Keeps the newest `max`. Says whether it holds the post now, and did not before: `older` than all it keeps. */
  insert(order: number, max: number): 'there' | 'added' | 'replaced' | 'older' {
    const place = this.#placeOf(order)
    if (place < this.#size && this.at(place) === order) return 'there'
    if (this.#size < max) {
      this.#makeRoom(max)
      this.#size++
      this.#put(order, place)
      return 'added'
    }
    if (place === 0) return 'older'
    this.#head = this.#slot(1)
    this.#put(order, place - 1)
    return 'replaced'
  }

  /** False when it was not there. */
  remove(order: number): boolean {
    const place = this.#placeOf(order)
    if (place >= this.#size || this.at(place) !== order) return false
    this.keep((each) => each !== order, place)
    return true
  }

  /** Keeps only these of the posts from the nth on. Says how many went. */
  keep(which: (order: number) => boolean, from = 0): number {
    let kept = from
    for (let nth = from; nth < this.#size; nth++) {
      const order = this.at(nth)
      if (which(order)) this.#orders[this.#slot(kept++)] = order
    }
    const gone = this.#size - kept
    this.#size = kept
    if (kept * 4 <= this.#orders.length) this.#resize(kept * 2)
    return gone
  }

  #slot(nth: number): number {
    const slot = this.#head + nth
    return slot < this.#orders.length ? slot : slot - this.#orders.length
  }

  /** How many are older. */
  #placeOf(order: number): number {
    let [low, high] = [0, this.#size]
    // Nearly always it is newer than all.
    if (high === 0 || this.at(high - 1) < order) return high
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.at(middle) < order) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Moves the last places from `place` on by one to the end, over what is there. */
  #put(order: number, place: number): void {
    for (let nth = this.#size - 1; nth > place; nth--) this.#orders[this.#slot(nth)] = this.at(nth - 1)
    this.#orders[this.#slot(place)] = order
  }

  #makeRoom(max: number): void {
    const room = this.#orders.length
    if (this.#size === room) this.#resize(Math.min(max, Math.max(roomMin, 2 * room)))
  }

  #resize(room: number): void {
    // Filled to its end, so that the engine keeps plain numbers, and no more room than this.
    this.#orders = Array.from({ length: room }, (_, nth) => (nth < this.#size ? this.at(nth) : 0))
    this.#head = 0
  }
}
