/**
 * The last acknowledged ids, so that repeating an acknowledgement is harmless. Bounded: the oldest is
 * forgotten, and a repeat that late is told the message is unknown, which loses nothing.
 */

import { keyWords, noSlot } from './store/key-index.ts'
import { KeyRing } from './store/key-ring.ts'

/** What an id takes in a snapshot, at most: with its tenant and lengths around them. */
export const ackedBytes = 96

/** Ids in the order they were acknowledged, a few of one tenant. */
export interface AckedRun {
  readonly tenant: string
  /** Four words each. */
  readonly ids: Uint32Array
}

export class Acked {
  readonly #ring: KeyRing
  /** By slot. */
  readonly #tenants: string[] = []

  constructor(max: number) {
    this.#ring = new KeyRing(max, new Uint32Array(keyWords * (max + 1)))
  }

  get size(): number {
    return this.#ring.size
  }

  /** Oldest first, at most `most` at a time. Good until there is another. */
  *runs(most: number): Generator<AckedRun> {
    for (const [first, end] of this.#ring.runs(most)) {
      for (let from = first; from < end;) {
        const tenant = this.#tenants[from] ?? ''
        let to = from + 1
        while (to < end && this.#tenants[to] === tenant) to++
        yield { tenant, ids: this.#ring.words.subarray(from * keyWords, to * keyWords) }
        from = to
      }
    }
  }

  /** Whether the tenant acknowledged the id at word `at`. */
  has(tenant: string, words: Uint32Array, at: number): boolean {
    const slot = this.#ring.find(words, at)
    return slot !== noSlot && this.#tenants[slot] === tenant
  }

  /** Forgets all. */
  clear(): void {
    this.#ring.clear()
    this.#tenants.length = 0
  }

  remember(tenant: string, words: Uint32Array, at: number): void {
    if (this.#ring.size === this.#ring.max) this.#ring.shift()
    this.#tenants[this.#ring.push(words, at)] = tenant
  }
}
