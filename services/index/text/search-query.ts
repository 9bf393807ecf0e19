/** The query language of search, read as a person types it. It knows no documents. */

import type { Parsed } from '../parsed.ts'
import { eachWord, isUnspaced, wordsOf } from './words.ts'

/** Different words a query may name; the rest of a longer query would only make it slow. */
export const QUERY_WORDS_MAX = 16

/** What a person asked for. Every word is folded. */
export interface SearchQuery {
  /** A document with any of them is found; with more of them it ranks higher. */
  readonly words: readonly string[]
  /** A document must have each of them, its words next to each other and in order. */
  readonly phrases: readonly (readonly string[])[]
  /** A document with any of them is left out. */
  readonly notWords: readonly string[]
  readonly notPhrases: readonly (readonly string[])[]
}

/**
 * Reads a search query:
 *
 *     query  = item { space item }
 *     item   = [ "-" ] ( words | '"' words '"' )
 *
 * `apple pie` finds either word, `"apple pie"` the phrase, `-pie` leaves out. Words that stand together
 * unquoted, as in `e-mail`, are two words; left out, or in a script written without spaces, they are a
 * phrase. Curly quotation marks serve as well. Punctuation alone is ignored.
 */
export function parseSearch(q: string): Parsed<SearchQuery> {
  const items = itemsOf(q)
  if (items === null) return { ok: false, problem: 'q opens a quotation mark and does not close it' }
  const query = {
    words: new Set<string>(),
    phrases: [] as string[][],
    notWords: new Set<string>(),
    notPhrases: [] as string[][],
  }
  for (const { text, quoted, excluded } of items) {
    const words = wordsOf(text)
    const [first] = words
    if (first === undefined) continue
    if (words.length === 1) (excluded ? query.notWords : query.words).add(first)
    else if (excluded) query.notPhrases.push(words)
    else if (quoted || isUnspaced(text)) query.phrases.push(words)
    else for (const word of words) query.words.add(word)
  }
  return checked({ ...query, words: [...query.words], notWords: [...query.notWords] })
}

/** The unfinished word at the end of what a person is typing, and everything before it as typed. */
export function lastWord(q: string): { before: string; word: string } | null {
  let last: { before: string; word: string } | null = null
  eachWord(q, (word, start, end) => {
    last = end === q.length ? { before: q.slice(0, start), word } : null
    return 'go on'
  })
  return last
}

function checked(query: SearchQuery): Parsed<SearchQuery> {
  const sought = new Set([...query.words, ...query.phrases.flat()])
  const excluded = new Set([...query.notWords, ...query.notPhrases.flat()])
  if (sought.size === 0) return { ok: false, problem: 'q names no word to look for' }
  if (sought.size > QUERY_WORDS_MAX || excluded.size > QUERY_WORDS_MAX) {
    const size = Math.max(sought.size, excluded.size)
    return {
      ok: false,
      problem: `q names ${size} different words; at most ${QUERY_WORDS_MAX} are looked for`,
    }
  }
  return { ok: true, query }
}

interface Item {
  readonly text: string
  readonly quoted: boolean
  readonly excluded: boolean
}

/** null when a quotation mark is not closed. */
function itemsOf(q: string): Item[] | null {
  const marks = q.replace(/[“”]/g, '"')
  const items: Item[] = []
  const item = /(?<minus>-?)(?:"(?<phrase>[^"]*)(?<closed>"?)|(?<plain>[^\s"]+))/gy
  for (let at = 0; at < marks.length; at = item.lastIndex) {
    item.lastIndex = at
    const match = item.exec(marks)
    if (match === null) {
      // White space between items.
      item.lastIndex = at + 1
      continue
    }
    const { minus, phrase, closed, plain } = match.groups ?? {}
    if (phrase !== undefined && closed === '') return null
    items.push({ text: phrase ?? plain ?? '', quoted: phrase !== undefined, excluded: minus === '-' })
  }
  return items
}
