/**
 * One search from query to page: widen the words, rank, leave out, check phrases in the text, quote. It only
 * reads; the index that owns the data is `InvertedIndex`.
 */

import { Heap } from '../heap.ts'
import type { Interner } from '../interner.ts'
import { fieldOf, slotOf } from './postings.ts'
import { rank, sensesOf, type Ranked, type Sense } from './rank.ts'
import type { SearchQuery } from './search-query.ts'
import { hasPhrase, snippets, type Wanted } from './snippets.ts'
import type { Doc, Hit, Page, SearchAsk } from './text-index.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Text one query may read to find out whether phrases stand in it. What is not read by then is not found. */
const READ_BYTES_MAX = 2 * 2 ** 20

/** A document, and the bytes of its text once it has been read. */
export interface Stored {
  readonly doc: Doc
  readonly bytes: number
}

/** An index as a search sees it. */
export interface View {
  readonly vocabulary: Vocabulary
  readonly fields: Interner
  /** By slot. */
  readonly stored: readonly (Stored | undefined)[]
  /** By field id: words in the field, on average over the documents that have it. */
  readonly averageLengths: readonly number[]
  readonly docs: number
}

export function search(view: View, ask: SearchAsk): Page {
  const { query, offset, limit } = ask
  const field = ask.field === undefined ? undefined : view.fields.find(ask.field)
  if (ask.field !== undefined && field === undefined) return { hits: [], totalEstimate: 0, more: false }

  const inPhrases = [...new Set(query.phrases.flat())].filter((word) => !query.words.includes(word))
  const plain = sensesOf(view.vocabulary, query.words, ask)
  const senses = [...plain, ...sensesOf(view.vocabulary, inPhrases, { prefix: false, fuzzy: false })]
  const { docs, averageLengths, stored } = view
  const ranked = rank(senses, field, {
    docs,
    averageLengths,
    slots: stored.length,
    title: view.fields.find('title'),
  })
  const order = candidates(view, ranked, senses, field, ask)
  const { slots, total, more } = pick(view, order, ask, offset + limit)

  const wanted = { words: new Set(plain.flatMap(({ words }) => words)), phrases: query.phrases }
  const hits = slots
    .slice(offset)
    .map((slot) => hitOf(docOf(view, slot), ranked.scores[slot] ?? 0, ask, wanted))
  return { hits, totalEstimate: total, more }
}

/**
 * Documents that may be shown, by score from high to low, then by id. A document that has only some of the
 * words keeps that share of its score, so that those with all of them come first.
 */
function candidates(
  view: View,
  { scores, matched }: Ranked,
  senses: readonly Sense[],
  field: number | undefined,
  { query, tag }: SearchAsk,
): Heap<number> {
  const out = excluded(view, query, field)
  const required = senses.reduce(
    (bits, { word }, i) => (query.phrases.flat().includes(word) ? bits | (1 << i) : bits),
    0,
  )
  const slots: number[] = []
  for (const [slot, bits] of matched.entries()) {
    if (bits === 0 || (bits & required) !== required || out[slot] === 1) continue
    if (tag !== undefined && !docOf(view, slot).tags.includes(tag)) continue
    scores[slot] = ((scores[slot] ?? 0) * bitCount(bits)) / senses.length
    slots.push(slot)
  }
  return new Heap(slots, (a, b) => {
    const [scoreA, scoreB] = [scores[a] ?? 0, scores[b] ?? 0]
    return scoreA === scoreB ? docOf(view, a).id < docOf(view, b).id : scoreA > scoreB
  })
}

/** By slot: 1 where the document has a word that was asked to be left out. */
function excluded({ vocabulary, stored }: View, query: SearchQuery, field: number | undefined): Uint8Array {
  const out = new Uint8Array(stored.length)
  for (const word of query.notWords) {
    for (const posting of vocabulary.postings(word) ?? []) {
      if (field === undefined || fieldOf(posting) === field) out[slotOf(posting)] = 1
    }
  }
  return out
}

/** Takes the first `count` that hold every phrase and none of the excluded ones, and looks for one more. */
function pick(
  view: View,
  order: Heap<number>,
  { query, field }: SearchAsk,
  count: number,
): { slots: number[]; total: number; more: boolean } {
  if (query.phrases.length + query.notPhrases.length === 0) {
    const total = order.size
    return { slots: order.take(count), total, more: total > count }
  }
  const slots: number[] = []
  let read = 0
  let bytesLeft = READ_BYTES_MAX
  while (slots.length <= count && bytesLeft > 0) {
    const slot = order.pop()
    if (slot === undefined) break
    read++
    bytesLeft -= view.stored[slot]?.bytes ?? 0
    const texts = textsOf(docOf(view, slot), field).map(([, text]) => text)
    const has = (phrase: readonly string[]) => texts.some((text) => hasPhrase(text, phrase))
    if (query.phrases.every(has) && !query.notPhrases.some(has)) slots.push(slot)
  }
  // Of those not read, as large a share is taken to pass as of those read.
  const total = slots.length + Math.round((order.size * slots.length) / Math.max(1, read))
  return { slots: slots.slice(0, count), total, more: slots.length > count }
}

function hitOf(doc: Doc, score: number, ask: SearchAsk, wanted: Wanted): Hit {
  return { id: doc.id, score, snippets: snippets(textsOf(doc, ask.field), wanted) }
}

function textsOf(doc: Doc, field: string | undefined): [string, string][] {
  return Object.entries(doc.fields).filter(([name]) => field === undefined || name === field)
}

function docOf(view: View, slot: number): Doc {
  const stored = view.stored[slot]
  if (stored === undefined) throw new RangeError(`slot ${slot} has postings and no document`)
  return stored.doc
}

function bitCount(bits: number): number {
  let count = 0
  for (let left = bits; left !== 0; left &= left - 1) count++
  return count
}
