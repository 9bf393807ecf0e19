/**
 * Every word of an index with its postings, a list for each field it stands in, and the words that begin alike
 * or are a few edits away. A word is known by a number, its term, as long as some document has it: that of its
 * first list, from which the others are found. It does not know what a document is.
 */

import { Heap } from '../heap.ts'
import { NearTerms } from './near-terms.ts'
import { Names } from './names.ts'
import type { PostingLists } from './posting-lists.ts'
import { SortedTerms } from './sorted-terms.ts'

const ASCII = /^[\0-\x7f]*$/

/** A word of the index that a person may have meant. */
export interface Candidate {
  readonly word: string
  /** Postings it has in all fields. */
  readonly count: number
  /** Letters between the two words: missing ones for a completion, edits for a near word. */
  readonly distance: number
}

/** How many words may still be looked at; counted down by whoever looks. */
export interface Visits {
  left: number
}

/** One field's list of postings of a word. */
export interface FieldList {
  readonly field: number
  readonly list: number
}

export class Vocabulary {
  readonly #lists: PostingLists
  readonly #terms: Names
  /** By term. */
  readonly #words: (string | undefined)[] = []
  readonly #sorted: SortedTerms
  readonly #near: NearTerms

  /** `seed` as `Names` takes it. */
  constructor(lists: PostingLists, seed: number) {
    this.#lists = lists
    const wordOf = (term: number) => this.#words[term] ?? ''
    this.#terms = new Names(seed, wordOf)
    this.#sorted = new SortedTerms(wordOf)
    this.#near = new NearTerms(wordOf)
  }

  get size(): number {
    return this.#terms.size
  }

  has(word: string): boolean {
    return this.#terms.find(word) !== undefined
  }

  /** Postings of the word in all fields. */
  count(word: string): number {
    const term = this.#terms.find(word)
    return term === undefined ? 0 : this.#countOf(term)
  }

  lists(word: string): FieldList[] {
    const found: FieldList[] = []
    for (let list = this.#terms.find(word); list !== undefined; list = this.#lists.next(list)) {
      found.push({ field: this.#lists.label(list), list })
    }
    return found
  }

  /** Says that a word stands so many times in a field of a document. */
  add(word: string, field: number, slot: number, times: number, length: number): void {
    const term = this.#terms.find(word)
    if (term === undefined) return this.#remember(word, this.#lists.begin(field, slot, times, length))
    let last = term
    for (let list: number | undefined = term; list !== undefined; list = this.#lists.next(list)) {
      if (this.#lists.label(list) === field) return this.#lists.add(list, slot, times, length)
      last = list
    }
    this.#lists.setNext(last, this.#lists.begin(field, slot, times, length))
  }

  /** Takes back what `add` said; the word goes with its last document. */
  drop(word: string, field: number, slot: number): void {
    const term = this.#terms.find(word)
    let before: number | undefined
    for (let list = term; list !== undefined; list = this.#lists.next(list)) {
      if (this.#lists.label(list) === field) {
        if (this.#lists.remove(list, slot) === 'none left') this.#dropList(word, list, before)
        return
      }
      before = list
    }
  }

  /** Words that begin with `prefix` and are longer, those with most postings first. */
  completions(prefix: string, count: number, visits: Visits): Candidate[] {
    const words: Candidate[] = []
    for (const term of this.#sorted.startingWith(prefix)) {
      if (--visits.left < 0) break
      const word = this.#words[term] ?? ''
      const distance = word.length - prefix.length
      if (distance > 0) words.push({ word, count: this.#countOf(term), distance })
    }
    return new Heap(words, commoner).take(count)
  }

  /** Other words at most `distanceMax` edits away, the nearest first. */
  near(word: string, distanceMax: number, count: number): Candidate[] {
    const words: Candidate[] = []
    if (distanceMax === 0) return words
    for (const { term, distance } of this.#near.around(word, distanceMax)) {
      words.push({ word: this.#words[term] ?? '', count: this.#countOf(term), distance })
    }
    return new Heap(words, (a, b) =>
      a.distance === b.distance ? commoner(a, b) : a.distance < b.distance,
    ).take(count)
  }

  #remember(word: string, term: number): void {
    const owned = ownedCopy(word)
    this.#words[term] = owned
    this.#terms.add(owned, term)
    this.#sorted.add(term)
    this.#near.add(term)
  }

  /** Forgets a list of the word, and the word with its only list. */
  #dropList(word: string, list: number, before: number | undefined): void {
    const next = this.#lists.next(list)
    if (before !== undefined) {
      this.#lists.setNext(before, next)
      this.#lists.drop(list)
    } else if (next !== undefined) this.#lists.become(list, next)
    else {
      this.#sorted.remove(list)
      this.#near.remove(list)
      this.#terms.delete(word)
      this.#words[list] = undefined
      this.#lists.drop(list)
    }
  }

  #countOf(term: number): number {
    let count = 0
    for (let list: number | undefined = term; list !== undefined; list = this.#lists.next(list)) {
      count += this.#lists.count(list)
    }
    return count
  }
}

function commoner(a: Candidate, b: Candidate): boolean {
  return a.count === b.count ? a.word < b.word : a.count > b.count
}

/** A copy that shares nothing: a word cut out of a text would keep the whole text in memory. */
function ownedCopy(word: string): string {
  const encoding = ASCII.test(word) ? 'latin1' : 'utf16le'
  return Buffer.from(word, encoding).toString(encoding)
}
