/**
 * Full-text search in memory: for each word, the lists of documents that have it. A document has a slot, and
 * its postings are found again by reading its text once more, so removing one frees all it took at once.
 * Documents are kept the moment they are put; their words are read afterwards, because reading takes ten
 * times as long and an index that starts again has many to read. It does not know who asks.
 */

import { Budget } from '../budget.ts'
import { Interner } from '../interner.ts'
import { burdens } from './bm25.ts'
import { Docs } from './docs.ts'
import { PostingLists } from './posting-lists.ts'
import { lastWord } from './search-query.ts'
import { search } from './search.ts'
import {
  bytesOf,
  type Doc,
  type Page,
  type SearchAsk,
  type Suggestion,
  type TextIndex,
} from './text-index.ts'
import { Unread } from './unread.ts'
import { Vocabulary } from './vocabulary.ts'
import { Tags } from './tags.ts'
import { eachWord, wordsOf } from './words.ts'

/** Field names one index can tell apart. */
export const FIELDS_MAX = 64

/** Words looked at to complete one; with more that begin alike, some are not considered. */
const SUGGEST_VISITS_MAX = 10_000

export interface TextLimits {
  readonly docs: Budget
  readonly textBytes: Budget
  /** Different words, and different tags. */
  readonly words: Budget
}

/** A field of all documents that have it. */
interface FieldTotals {
  docs: number
  words: number
  /** As `burdens` makes them, of the average at the time. */
  burdens: Float64Array
  average: number
}

export class InvertedIndex implements TextIndex {
  readonly #limits: TextLimits
  readonly #fieldBudget = new Budget('field names of one index', FIELDS_MAX, 'use fewer names')
  readonly #docs: Docs
  readonly #lists = new PostingLists()
  readonly #vocabulary: Vocabulary
  readonly #tags: Tags
  readonly #unread = new Unread()
  readonly #fields = new Interner()
  /** By field id. */
  readonly #fieldTotals: FieldTotals[] = []

  /** `seed` makes its hashes differ from node to node. */
  constructor(limits: TextLimits, seed: number) {
    this.#limits = limits
    this.#docs = new Docs(seed)
    this.#vocabulary = new Vocabulary(this.#lists, seed)
    this.#tags = new Tags(this.#lists, seed)
  }

  get size(): number {
    return this.#docs.size
  }

  get unread(): number {
    return this.#unread.size
  }

  ensureRoom(doc: Doc): void {
    this.read(Infinity)
    const known = this.#docs.slotOf(doc.id)
    const bytes = bytesOf(doc)
    this.#limits.docs.ensure(known === undefined ? 1 : 0)
    this.#limits.textBytes.ensure(bytes - (known === undefined ? 0 : this.#docs.bytesOf(known)))
    const newFields = Object.keys(doc.fields).filter((field) => this.#fields.find(field) === undefined)
    this.#fieldBudget.ensure(newFields.length)
    // A word takes a byte at least. Far from the limit nobody has to know how many words there are.
    if (this.#limits.words.fits(bytes)) return
    // What the old document alone brought in counts as new again: a little strict, and far simpler.
    const words = new Set(Object.values(doc.fields).flatMap(wordsOf))
    const newWords = [...words].filter((word) => !this.#vocabulary.has(word))
    const newTags = [...new Set(doc.tags)].filter((tag) => this.#tags.list(tag) === undefined)
    this.#limits.words.ensure(newWords.length + newTags.length)
  }

  put(doc: Doc): 'created' | 'replaced' {
    const known = this.#docs.slotOf(doc.id)
    if (known !== undefined) this.#forget(known)
    const slot = this.#docs.put(doc)
    this.#unread.add(slot)
    this.#limits.textBytes.take(this.#docs.bytesOf(slot))
    if (known === undefined) this.#limits.docs.take(1)
    return known === undefined ? 'created' : 'replaced'
  }

  read(bytesMax: number): number {
    let bytes = 0
    while (bytes < bytesMax) {
      const slot = this.#unread.next()
      if (slot === undefined) break
      bytes += this.#docs.bytesOf(slot)
      this.#index(slot)
    }
    return bytes
  }

  get(id: string): Doc | undefined {
    const slot = this.#docs.slotOf(id)
    return slot === undefined ? undefined : this.#docs.get(slot)
  }

  remove(id: string): boolean {
    const slot = this.#docs.slotOf(id)
    if (slot === undefined) return false
    this.#forget(slot)
    this.#docs.remove(slot)
    this.#limits.docs.give(1)
    return true
  }

  docs(): Iterable<Doc> {
    return this.#docs
  }

  search(ask: SearchAsk): Page {
    this.read(Infinity)
    const view = {
      docs: this.#docs,
      lists: this.#lists,
      vocabulary: this.#vocabulary,
      fields: this.#fields,
      tags: this.#tags,
      burdensOf: (field: number) => this.#burdensOf(field),
    }
    return search(view, ask)
  }

  suggest(q: string, limit: number): Suggestion[] {
    const last = lastWord(q)
    if (last === null) return []
    this.read(Infinity)
    const { before, word } = last
    const itself = { word, count: this.#vocabulary.count(word) }
    const longer = this.#vocabulary.completions(word, limit, { left: SUGGEST_VISITS_MAX })
    const words = itself.count === 0 ? longer : [itself, ...longer]
    return words.slice(0, limit).map((found) => ({ text: before + found.word, count: found.count }))
  }

  /** Puts a document where its words and tags find it. */
  #index(slot: number): void {
    const { fields, tags } = this.#docs.get(slot)
    const sizesBefore = this.#sizes()
    for (const [name, text] of Object.entries(fields)) {
      const field = this.#fields.hold(name)
      const { times, length } = countWords(text)
      const totals = this.#totalsOf(field)
      totals.docs++
      totals.words += length
      for (const [word, count] of times) this.#vocabulary.add(word, field, slot, count, length)
    }
    for (const tag of new Set(tags)) this.#tags.add(tag, slot)
    this.#account(sizesBefore)
  }

  /** Takes back everything a document brought in, except itself. */
  #forget(slot: number): void {
    this.#limits.textBytes.give(this.#docs.bytesOf(slot))
    if (this.#unread.delete(slot)) return
    const { fields, tags } = this.#docs.get(slot)
    const sizesBefore = this.#sizes()
    for (const [name, text] of Object.entries(fields)) {
      const field = this.#fields.find(name)
      if (field === undefined) continue
      const { times, length } = countWords(text)
      for (const word of times.keys()) this.#vocabulary.drop(word, field, slot)
      const totals = this.#totalsOf(field)
      totals.docs--
      totals.words -= length
      this.#fields.release(field)
    }
    for (const tag of new Set(tags)) this.#tags.drop(tag, slot)
    this.#account(sizesBefore)
  }

  #sizes(): { words: number; fields: number } {
    return { words: this.#vocabulary.size + this.#tags.size, fields: this.#fields.size }
  }

  #account(before: { words: number; fields: number }): void {
    const { words, fields } = this.#sizes()
    this.#limits.words.take(words - before.words)
    this.#fieldBudget.take(fields - before.fields)
  }

  #totalsOf(field: number): FieldTotals {
    return (this.#fieldTotals[field] ??= { docs: 0, words: 0, burdens: new Float64Array(0), average: 0 })
  }

  #burdensOf(field: number): Float64Array {
    const totals = this.#totalsOf(field)
    const average = totals.words / Math.max(1, totals.docs)
    if (average !== totals.average) {
      totals.average = average
      totals.burdens = burdens(average)
    }
    return totals.burdens
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
