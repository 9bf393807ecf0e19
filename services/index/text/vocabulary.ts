/**
 * Every word of an index with its postings, in a radix tree (minisearch's), which finds the words that begin
 * alike and the words that are a few edits away. It does not know what a document is.
 */

import SearchableMap from 'minisearch/SearchableMap'
import { Heap } from '../heap.ts'
import { insert, removeSlot } from './postings.ts'

const ASCII = /^[\0-\x7f]*$/

/** A word of the index that a person may have meant, with its postings. */
export interface Candidate {
  readonly word: string
  readonly postings: readonly number[]
  /** Letters between the two words: missing ones for a completion, edits for a near word. */
  readonly distance: number
}

/** How many words may still be looked at; counted down by whoever looks. */
export interface Visits {
  left: number
}

export class Vocabulary {
  readonly #postings = new Map<string, number[]>()
  readonly #tree = new SearchableMap<number[]>()

  get size(): number {
    return this.#postings.size
  }

  postings(word: string): readonly number[] | undefined {
    return this.#postings.get(word)
  }

  add(word: string, posting: number): void {
    const known = this.#postings.get(word)
    if (known !== undefined) {
      insert(known, posting)
      return
    }
    const [key, postings] = [owned(toKey(word)), [posting]]
    this.#tree.set(key, postings)
    this.#postings.set(fromKey(key), postings)
  }

  /** Removes a document from a word; the word goes with its last document. */
  drop(word: string, slot: number): void {
    const postings = this.#postings.get(word)
    if (postings === undefined) return
    removeSlot(postings, slot)
    if (postings.length > 0) return
    this.#tree.delete(toKey(word))
    this.#postings.delete(word)
  }

  /** Words that begin with `prefix` and are longer, those with most postings first. */
  completions(prefix: string, count: number, visits: Visits): Candidate[] {
    const words: Candidate[] = []
    for (const [key, postings] of this.#tree.atPrefix(toKey(prefix))) {
      if (--visits.left < 0) break
      const word = fromKey(key)
      if (word !== prefix) words.push({ word, postings, distance: word.length - prefix.length })
    }
    return new Heap(words, commoner).take(count)
  }

  /** Other words at most `distanceMax` edits away, the nearest first. */
  near(word: string, distanceMax: number, count: number): Candidate[] {
    const key = toKey(word)
    // One edit of a letter is one or two edits of its bytes in the alphabets that use two.
    const keyDistance = key.length === word.length ? distanceMax : 2 * distanceMax
    const words: Candidate[] = []
    for (const [other, [postings]] of this.#tree.fuzzyGet(key, keyDistance)) {
      const candidate = fromKey(other)
      const distance = edits(word, candidate)
      if (distance > 0 && distance <= distanceMax) words.push({ word: candidate, postings, distance })
    }
    return new Heap(words, (a, b) =>
      a.distance === b.distance ? commoner(a, b) : a.distance < b.distance,
    ).take(count)
  }
}

function commoner(a: Candidate, b: Candidate): boolean {
  return a.postings.length === b.postings.length ? a.word < b.word : a.postings.length > b.postings.length
}

/**
 * The tree looks through the children of a node one by one, so a word goes in as its UTF-8 bytes, one per
 * character: no node has more than 256 children, whatever the script.
 */
function toKey(word: string): string {
  return ASCII.test(word) ? word : Buffer.from(word, 'utf8').toString('latin1')
}

function fromKey(key: string): string {
  return ASCII.test(key) ? key : Buffer.from(key, 'latin1').toString('utf8')
}

/** A copy that shares nothing: a word cut out of a text would keep the whole text in memory. */
function owned(key: string): string {
  return Buffer.from(key, 'latin1').toString('latin1')
}

/** Levenshtein distance in code points. */
function edits(a: string, b: string): number {
  const letters = Array.from(b)
  let row = [0, ...letters.map((_, j) => j + 1)]
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1]
    for (const [j, other] of letters.entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
