/**
 * A first-in first-out line in an array, with the head as an index:
 *
 *     items   [ · · · c d e f ]     · taken, dropped once they are half of the array
 *                     ↑ head
 *
 * `Array.shift` moves every element, and the first key of a `Map` from which many were deleted is found by
 * walking over the holes; here both ends cost a constant on average.
 */

export class Fifo<T> {
  #items: (T | undefined)[] = []
  #head = 0

  get size(): number {
    return this.#items.length - this.#head
  }

  /** First in, first out; nothing is taken. */
  *[Symbol.iterator](): Generator<T> {
    for (let at = this.#head; at < this.#items.length; at++) {
      const item = this.#items[at]
      if (item !== undefined) yield item
    }
  }

  push(item: T): void {
    this.#items.push(item)
  }

  peek(): T | undefined {
    return this.#items[this.#head]
  }

  shift(): T | undefined {
    const item = this.#items[this.#head]
    if (item === undefined) return undefined
    this.#items[this.#head] = undefined
    this.#head++
    if (this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}
