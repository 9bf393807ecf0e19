/**
 * One search from query to page: widen the words, find the best documents, check phrases in the text, quote.
 * It only reads; the index that owns the data is `InvertedIndex`.
 */

import { Heap } from '../heap.ts'
import type { Interner } from '../interner.ts'
import { best, type Outcome } from './best.ts'
import { rarityOf, scaleOf } from './bm25.ts'
import type { Cursor } from './cursor.ts'
import type { Docs } from './docs.ts'
import { Lane } from './lane.ts'
import type { PostingLists } from './posting-lists.ts'
import type { SearchQuery } from './search-query.ts'
import { sensesOf, type Sense } from './senses.ts'
import { hasPhrase, snippets, type Wanted } from './snippets.ts'
import type { Hit, Page, SearchAsk } from './text-index.ts'
import type { Tags } from './tags.ts'
import { before, type Found } from './top.ts'
import type { Vocabulary } from './vocabulary.ts'

/** A word in a title says more than the same word in a text. */
const TITLE_WEIGHT = 2

/** For one query with phrases: the best documents that may have them, and the text that may be read to find out. */
const PHRASE_DOCS_MAX = 4_000
const READ_BYTES_MAX = 2 ** 20

const NOTHING: Page = { hits: [], totalEstimate: 0, more: false }

/** An index as a search sees it. */
export interface View {
  readonly docs: Docs
  readonly lists: PostingLists
  readonly vocabulary: Vocabulary
  readonly fields: Interner
  readonly tags: Tags
  /** How much the length of a field counts against its words, as `unitsOf` takes it. */
  burdensOf(field: number): Float64Array
}

export function search(view: View, ask: SearchAsk): Page {
  const { query, offset, limit } = ask
  const field = ask.field === undefined ? undefined : view.fields.find(ask.field)
  const tag = ask.tag === undefined ? undefined : view.tags.list(ask.tag)
  if ((ask.field !== undefined && field === undefined) || (ask.tag !== undefined && tag === undefined)) {
    return NOTHING
  }
  const inPhrases = new Set(query.phrases.flat())
  const onlyThere = [...inPhrases].filter((word) => !query.words.includes(word))
  const plain = sensesOf(view.vocabulary, query.words, ask)
  const senses = [...plain, ...sensesOf(view.vocabulary, onlyThere, { prefix: false, fuzzy: false })]
  const hasPhrases = query.phrases.length + query.notPhrases.length > 0
  const count = offset + limit
  const outcome = best({
    senses: senses.map((sense) => lanesOf(view, sense, field)),
    required: senses.reduce((bits, { word }, i) => (inPhrases.has(word) ? bits | (1 << i) : bits), 0),
    tag: tag === undefined ? undefined : view.lists.open(tag),
    excluded: query.notWords.flatMap((word) => cursorsOf(view, word, field)),
    // One more says whether there is another page.
    count: hasPhrases ? Math.max(count + 1, PHRASE_DOCS_MAX) : count + 1,
    idOf: (slot) => view.docs.idOf(slot),
    slots: view.docs.span,
  })
  const picked = hasPhrases ? pickPhrases(view, outcome, ask, count) : pick(outcome, count)
  const words = new Set(plain.flatMap(({ matches }) => matches.map(({ word }) => word)))
  const wanted = { words, phrases: query.phrases }
  const hits = picked.found.slice(offset).map((found) => hitOf(view, found, ask.field, wanted))
  return { hits, totalEstimate: picked.total, more: picked.more }
}

function lanesOf(view: View, sense: Sense, field: number | undefined): Lane[] {
  const { lists, vocabulary, fields, docs } = view
  const title = fields.find('title')
  return sense.matches.flatMap(({ word, weight }) => {
    // A document with the word in two fields counts twice here, and there are never more than all.
    const rarity = rarityOf(Math.min(vocabulary.count(word), docs.size), docs.size)
    return vocabulary
      .lists(word)
      .filter((each) => field === undefined || each.field === field)
      .map((each) => {
        const scale = scaleOf(weight * rarity * (each.field === title ? TITLE_WEIGHT : 1))
        return new Lane(lists.open(each.list), lists.count(each.list), scale, view.burdensOf(each.field))
      })
  })
}

function cursorsOf({ lists, vocabulary }: View, word: string, field: number | undefined): Cursor[] {
  return vocabulary
    .lists(word)
    .filter((each) => field === undefined || each.field === field)
    .map(({ list }) => lists.open(list))
}

interface Picked {
  readonly found: Found[]
  readonly total: number
  readonly more: boolean
}

function pick({ found, total }: Outcome, count: number): Picked {
  const more = found.length > count
  return { found: new Heap(found, before).take(count), total, more }
}

/** Takes the first `count` that hold every phrase and none of the excluded ones, and looks for one more. */
function pickPhrases(view: View, outcome: Outcome, ask: SearchAsk, count: number): Picked {
  const order = new Heap(outcome.found, before)
  const found: Found[] = []
  let read = 0
  let bytesLeft = READ_BYTES_MAX
  while (found.length <= count && bytesLeft > 0) {
    const next = order.pop()
    if (next === undefined) break
    read++
    bytesLeft -= view.docs.bytesOf(next.slot)
    const texts = textsOf(view, next.slot, ask.field).map(([, text]) => text)
    if (passes(texts, ask.query)) found.push(next)
  }
  // Of those not read, as large a share is taken to pass as of those read.
  const total = found.length + Math.round(((outcome.total - read) * found.length) / Math.max(1, read))
  return { found: found.slice(0, count), total, more: found.length > count }
}

function passes(texts: readonly string[], { phrases, notPhrases }: SearchQuery): boolean {
  const has = (phrase: readonly string[]) => texts.some((text) => hasPhrase(text, phrase))
  return phrases.every(has) && !notPhrases.some(has)
}

function hitOf(view: View, { id, slot, score }: Found, field: string | undefined, wanted: Wanted): Hit {
  return { id, score, snippets: snippets(textsOf(view, slot, field), wanted) }
}

function textsOf({ docs }: View, slot: number, field: string | undefined): [string, string][] {
  return Object.entries(docs.get(slot).fields).filter(([name]) => field === undefined || name === field)
}
