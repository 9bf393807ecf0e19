/**
 * Full-text search in memory: for each word, the list of documents that have it. A document has a slot, and
 * its postings are found again by reading its text once more, so removing one frees all it took at once.
 * It does not know who asks.
 */

import { Budget } from '../budget.ts'
import { Interner } from '../interner.ts'
import { FIELDS_MAX, posting } from './postings.ts'
import { lastWord } from './search-query.ts'
import { search, type Stored } from './search.ts'
import {
  bytesOf,
  type Doc,
  type Page,
  type SearchAsk,
  type Suggestion,
  type TextIndex,
} from './text-index.ts'
import { Vocabulary } from './vocabulary.ts'
import { eachWord } from './words.ts'

/** Words looked at to complete one; with more that begin alike, some are not considered. */
const SUGGEST_VISITS_MAX = 10_000

export interface TextLimits {
  readonly docs: Budget
  readonly textBytes: Budget
  readonly words: Budget
}

export class InvertedIndex implements TextIndex {
  readonly #limits: TextLimits
  readonly #fieldBudget = new Budget('field names of one index', FIELDS_MAX, 'use fewer names')
  readonly #vocabulary = new Vocabulary()
  readonly #slots = new Map<string, number>()
  readonly #stored: (Stored | undefined)[] = []
  readonly #free: number[] = []
  readonly #fields = new Interner()
  /** By field id: the documents that have the field, and the words it holds in all of them. */
  readonly #fieldTotals: { docs: number; words: number }[] = []

  constructor(limits: TextLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#slots.size
  }

  put(doc: Doc): 'created' | 'replaced' {
    const counted = Object.entries(doc.fields).map(([field, text]) => countWords(field, text))
    const bytes = bytesOf(doc)
    const known = this.#slots.get(doc.id)
    this.#ensureRoom(counted, bytes, known)
    if (known !== undefined) this.#forget(known)
    const slot = known ?? this.#free.pop() ?? this.#stored.length
    this.#slots.set(doc.id, slot)
    this.#stored[slot] = { doc, bytes }
    for (const field of counted) this.#count(slot, field)
    this.#limits.textBytes.take(bytes)
    if (known === undefined) this.#limits.docs.take(1)
    return known === undefined ? 'created' : 'replaced'
  }

  get(id: string): Doc | undefined {
    const slot = this.#slots.get(id)
    return slot === undefined ? undefined : this.#stored[slot]?.doc
  }

  remove(id: string): boolean {
    const slot = this.#slots.get(id)
    if (slot === undefined) return false
    this.#forget(slot)
    this.#stored[slot] = undefined
    this.#slots.delete(id)
    this.#free.push(slot)
    this.#limits.docs.give(1)
    return true
  }

  search(ask: SearchAsk): Page {
    const averageLengths = this.#fieldTotals.map(({ docs, words }) => words / Math.max(1, docs))
    return search(
      {
        vocabulary: this.#vocabulary,
        fields: this.#fields,
        stored: this.#stored,
        averageLengths,
        docs: this.size,
      },
      ask,
    )
  }

  suggest(q: string, limit: number): Suggestion[] {
    const last = lastWord(q)
    if (last === null) return []
    const { before, word } = last
    const itself = this.#vocabulary.postings(word)
    const longer = this.#vocabulary.completions(word, limit, { left: SUGGEST_VISITS_MAX })
    const words = itself === undefined ? longer : [{ word, postings: itself }, ...longer]
    return words.slice(0, limit).map((found) => ({ text: before + found.word, count: found.postings.length }))
  }

  #ensureRoom(counted: readonly Counted[], bytes: number, known: number | undefined): void {
    const old = known === undefined ? undefined : this.#stored[known]
    this.#limits.docs.ensure(old === undefined ? 1 : 0)
    this.#limits.textBytes.ensure(bytes - (old?.bytes ?? 0))
    this.#fieldBudget.ensure(counted.filter(({ field }) => this.#fields.find(field) === undefined).length)
    const words = new Set(counted.flatMap(({ times }) => [...times.keys()]))
    // What the old document alone brought in counts as new again: a little strict, and far simpler.
    if (this.#limits.words.fits(words.size)) return
    this.#limits.words.ensure(
      [...words].filter((word) => this.#vocabulary.postings(word) === undefined).length,
    )
  }

  #count(slot: number, { field, times, length }: Counted): void {
    const [fieldsBefore, wordsBefore] = [this.#fields.size, this.#vocabulary.size]
    const id = this.#fields.hold(field)
    const totals = (this.#fieldTotals[id] ??= { docs: 0, words: 0 })
    totals.docs++
    totals.words += length
    for (const [word, count] of times) this.#vocabulary.add(word, posting(slot, id, count, length))
    this.#fieldBudget.take(this.#fields.size - fieldsBefore)
    this.#limits.words.take(this.#vocabulary.size - wordsBefore)
  }

  /** Takes back everything a document brought in, except its slot. */
  #forget(slot: number): void {
    const stored = this.#stored[slot]
    if (stored === undefined) return
    const [fieldsBefore, wordsBefore] = [this.#fields.size, this.#vocabulary.size]
    for (const [field, text] of Object.entries(stored.doc.fields)) {
      const { times, length } = countWords(field, text)
      for (const word of times.keys()) this.#vocabulary.drop(word, slot)
      const id = this.#fields.find(field)
      const totals = id === undefined ? undefined : this.#fieldTotals[id]
      if (id === undefined || totals === undefined) continue
      totals.docs--
      totals.words -= length
      this.#fields.release(id)
    }
    this.#fieldBudget.give(fieldsBefore - this.#fields.size)
    this.#limits.words.give(wordsBefore - this.#vocabulary.size)
    this.#limits.textBytes.give(stored.bytes)
  }
}

/** A field as it is indexed: how often each of its words occurs, and how many words it has. */
interface Counted {
  readonly field: string
  readonly times: ReadonlyMap<string, number>
  readonly length: number
}

function countWords(field: string, text: string): Counted {
  const times = new Map<string, number>()
  let length = 0
  eachWord(text, (word) => {
    times.set(word, (times.get(word) ?? 0) + 1)
    length++
    return 'go on'
  })
  return { field, times, length }
}
