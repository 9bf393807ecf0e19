/**
 * The last keys that came, first in, first out, each found by its key: a ring of a fixed number of slots and an
 * index over it. What else belongs to a key is its owner's, in columns of as many slots.
 *
 *     slots   │ 1 c │ 2 d │ 3 · │ 4 a │ 5 b │      next at 3, oldest at 4; slot 0 is nobody's
 */

import { copyKey, KeyIndex, keyWords, noSlot } from './key-index.ts'

export class KeyRing {
  readonly max: number
  readonly words: Uint32Array
  readonly #index: KeyIndex
  #oldest = 1
  #size = 0

  /** `words` has four of them for each slot and for slot 0. */
  constructor(max: number, words: Uint32Array) {
    this.max = max
    this.words = words
    this.#index = new KeyIndex({ words: () => this.words })
  }

  get size(): number {
    return this.#size
  }

  /** The slot of the oldest key, or `noSlot`. */
  peek(): number {
    return this.#size === 0 ? noSlot : this.#oldest
  }

  /** The slot of the key at word `at`, of the latest when it came more than once; or `noSlot`. */
  find(words: Uint32Array, at: number): number {
    return this.#index.find(words, at)
  }

  /** Answers the key's slot. There must be one to spare. */
  push(words: Uint32Array, at: number): number {
    if (this.#size === this.max) throw new RangeError(`a ring of ${this.max} keys is full`)
    const slot = this.#nth(this.#size)
    copyKey(words, at, this.words, slot * keyWords)
    this.#size++
    this.#index.add(slot)
    return slot
  }

  /** Forgets the oldest, if there is one. */
  shift(): void {
    if (this.#size === 0) return
    this.#index.remove(this.#oldest)
    this.#size--
    // An empty ring begins anew, so that a short one does not come to use all of its memory.
    this.#oldest = this.#size === 0 ? 1 : this.#nth(1)
  }

  /** Forgets all. */
  clear(): void {
    this.#index.clear()
    this.#oldest = 1
    this.#size = 0
  }

  /** Where slots in the order they came lie side by side: pieces of at most `most`, each with its end. */
  *runs(most: number): Generator<readonly [from: number, end: number]> {
    for (let n = 0; n < this.#size;) {
      const from = this.#nth(n)
      const end = Math.min(from + Math.min(most, this.#size - n), this.max + 1)
      yield [from, end]
      n += end - from
    }
  }

  /** The slot of the key that came `n` after the oldest. */
  #nth(n: number): number {
    return ((this.#oldest - 1 + n) % this.max) + 1
  }
}
