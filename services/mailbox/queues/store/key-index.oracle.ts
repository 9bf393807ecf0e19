/** The naive twin of `KeyIndex`: a map from the text of a key to its slot. */

import { keyWords, noSlot, type Keys } from './key-index.ts'

export class KeyIndexOracle {
  readonly #keys: Keys
  readonly #slots = new Map<string, number>()

  constructor(keys: Keys) {
    this.#keys = keys
  }

  get size(): number {
    return this.#slots.size
  }

  find(words: Uint32Array, at: number): number {
    return this.#slots.get(textOf(words, at)) ?? noSlot
  }

  add(slot: number): void {
    this.#slots.set(textOf(this.#keys.words(), slot * keyWords), slot)
  }

  remove(slot: number): void {
    const text = textOf(this.#keys.words(), slot * keyWords)
    if (this.#slots.get(text) === slot) this.#slots.delete(text)
  }
}

function textOf(words: Uint32Array, at: number): string {
  return words.slice(at, at + keyWords).join()
}
