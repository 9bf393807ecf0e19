/**
 * The followers of one author in the order they began, so that a walk along them can stop anywhere and go on
 * later, whoever left meanwhile. They stand in blocks: a million are a thousand blocks, and whoever comes or
 * goes moves one block at most. The number of a follow is kept once, with its user.
 */

import type { Person } from './person.ts'

export const blockMax = 1024

export class Followers {
  readonly #author: number
  /** None is empty, and two neighbours hold more than half a block together. */
  readonly #blocks: Person[][] = []
  #size = 0

  /** `author` as the followers know it: its number among people. */
  constructor(author: number) {
    this.#author = author
  }

  get size(): number {
    return this.#size
  }

  get blocks(): number {
    return this.#blocks.length
  }

  /** The number of the latest follow; 0 when nobody follows. */
  get last(): number {
    const user = this.#blocks.at(-1)?.at(-1)
    return user === undefined ? 0 : this.#numberOf(user)
  }

  *[Symbol.iterator](): Generator<Person> {
    for (const block of this.#blocks) yield* block
  }

  /** The user's follow has a larger number than any here. */
  add(user: Person): void {
    const block = this.#blocks.at(-1)
    if (block === undefined || block.length === blockMax) this.#blocks.push([user])
    else block.push(user)
    this.#size++
  }

  /** The user is here, and still knows the number of the follow. */
  remove(user: Person): void {
    const number = this.#numberOf(user)
    const at = this.#blockOf(number)
    const block = this.#blocks[at]
    if (block === undefined) return
    block.splice(this.#placeAbove(block, number) - 1, 1)
    this.#size--
    this.#join(at)
    this.#join(at - 1)
  }

  /**
   * Visits up to `count` followers whose numbers are above `after` and not above `upTo`. Answers the number of the
   * last that was visited, or `upTo` when there are no more.
   */
  step(after: number, upTo: number, count: number, visit: (user: Person) => void): number {
    let left = count
    for (let at = this.#blockOf(after); at < this.#blocks.length; at++) {
      const block = this.#blocks[at] ?? []
      const end = this.#placeAbove(block, upTo)
      for (let place = this.#placeAbove(block, after); place < end; place++) {
        const user = block[place]
        if (user === undefined) continue
        visit(user)
        if (--left === 0) return this.#numberOf(user)
      }
      if (end < block.length) break
    }
    return upTo
  }

  #numberOf(user: Person): number {
    return user.followed.numberOf(this.#author) ?? 0
  }

  /** Joins a block with the next when they are half empty. */
  #join(at: number): void {
    const [block, next] = [this.#blocks[at], this.#blocks[at + 1]]
    if (block?.length === 0) this.#blocks.splice(at, 1)
    else if (block !== undefined && next !== undefined && block.length + next.length <= blockMax / 2) {
      this.#blocks.splice(at, 2, [...block, ...next])
    }
  }

  /** The last block that begins at or below `number`, or the first. */
  #blockOf(number: number): number {
    const above = countUpTo(this.#blocks.length, (at) => this.#beginsAt(at) <= number)
    return Math.max(0, above - 1)
  }

  #beginsAt(at: number): number {
    const user = this.#blocks[at]?.[0]
    return user === undefined ? 0 : this.#numberOf(user)
  }

  /** How many of the block have a number up to `number`. */
  #placeAbove(block: readonly Person[], number: number): number {
    return countUpTo(block.length, (place) => {
      const user = block[place]
      return user !== undefined && this.#numberOf(user) <= number
    })
  }
}

/** How many of `length` places, from the first on, are as asked; behind them none is. */
function countUpTo(length: number, is: (place: number) => boolean): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (is(middle)) low = middle + 1
    else high = middle
  }
  return low
}
