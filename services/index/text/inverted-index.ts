/**
 * Full-text search in memory: for each word, the list of documents that have it. A document has a slot, and
 * its postings are found again by reading its text once more, so removing one frees all it took at once.
 * Documents are kept the moment they are put; their words are read afterwards, because reading takes a
 * hundred times as long and an index that starts again has many to read. It does not know who asks.
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
import { eachWord, wordsOf } from './words.ts'

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
  /** Slots of documents whose words are still to be read. */
  readonly #unread = new Set<number>()
  readonly #fields = new Interner()
  /** By field id: the documents that have the field, and the words it holds in all of them. */
  readonly #fieldTotals: { docs: number; words: number }[] = []

  constructor(limits: TextLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#slots.size
  }

  get unread(): number {
    return this.#unread.size
  }

  ensureRoom(doc: Doc): void {
    this.read(Infinity)
    const known = this.#slots.get(doc.id)
    const old = known === undefined ? undefined : this.#stored[known]
    const bytes = bytesOf(doc)
    this.#limits.docs.ensure(old === undefined ? 1 : 0)
    this.#limits.textBytes.ensure(bytes - (old?.bytes ?? 0))
    const newFields = Object.keys(doc.fields).filter((field) => this.#fields.find(field) === undefined)
    this.#fieldBudget.ensure(newFields.length)
    // A word takes a byte at least. Far from the limit nobody has to know how many words there are.
    if (this.#limits.words.fits(bytes)) return
    // What the old document alone brought in counts as new again: a little strict, and far simpler.
    const words = new Set(Object.values(doc.fields).flatMap(wordsOf))
    this.#limits.words.ensure(
      [...words].filter((word) => this.#vocabulary.postings(word) === undefined).length,
    )
  }

  put(doc: Doc): 'created' | 'replaced' {
    const known = this.#slots.get(doc.id)
    if (known !== undefined) this.#forget(known)
    const slot = known ?? this.#free.pop() ?? this.#stored.length
    this.#slots.set(doc.id, slot)
    this.#stored[slot] = { doc, bytes: 0 }
    this.#unread.add(slot)
    if (known === undefined) this.#limits.docs.take(1)
    return known === undefined ? 'created' : 'replaced'
  }

  read(bytesMax: number): number {
    let bytes = 0
    for (const slot of this.#unread) {
      if (bytes >= bytesMax) break
      bytes += this.#readDoc(slot)
    }
    return bytes
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

  *docs(): Generator<Doc> {
    for (const stored of this.#stored) if (stored !== undefined) yield stored.doc
  }

  search(ask: SearchAsk): Page {
    this.read(Infinity)
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
    this.read(Infinity)
    const { before, word } = last
    const itself = this.#vocabulary.postings(word)
    const longer = this.#vocabulary.completions(word, limit, { left: SUGGEST_VISITS_MAX })
    const words = itself === undefined ? longer : [{ word, postings: itself }, ...longer]
    return words.slice(0, limit).map((found) => ({ text: before + found.word, count: found.postings.length }))
  }

  /** Counts one document with all it holds, and returns the bytes of its text. */
  #readDoc(slot: number): number {
    this.#unread.delete(slot)
    const doc = this.#stored[slot]?.doc
    if (doc === undefined) return 0
    const bytes = bytesOf(doc)
    this.#stored[slot] = { doc, bytes }
    this.#limits.textBytes.take(bytes)
    for (const [field, text] of Object.entries(doc.fields)) this.#count(slot, field, text)
    return bytes
  }

  #count(slot: number, field: string, text: string): void {
    const { times, length } = countWords(text)
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
    if (this.#unread.delete(slot)) return
    this.#limits.textBytes.give(stored.bytes)
    for (const [field, text] of Object.entries(stored.doc.fields)) this.#discount(slot, field, text)
  }

  #discount(slot: number, field: string, text: string): void {
    const [fieldsBefore, wordsBefore] = [this.#fields.size, this.#vocabulary.size]
    const { times, length } = countWords(text)
    for (const word of times.keys()) this.#vocabulary.drop(word, slot)
    this.#limits.words.give(wordsBefore - this.#vocabulary.size)
    const id = this.#fields.find(field)
    const totals = id === undefined ? undefined : this.#fieldTotals[id]
    if (id === undefined || totals === undefined) return
    totals.docs--
    totals.words -= length
    this.#fields.release(id)
    this.#fieldBudget.give(fieldsBefore - this.#fields.size)
  }
}

/** A field as it is indexed: how often each of its words occurs, and how many words it has. */
interface Counted {
  readonly times: ReadonlyMap<string, number>
  readonly length: number
}

function countWords(text: string): Counted {
  const times = new Map<string, number>()
  let length = 0
  eachWord(text, (word) => {
    times.set(word, (times.get(word) ?? 0) + 1)
    length++
    return 'go on'
  })
  return { times, length }
}
