/**
 * Finds words and phrases in text as it was written, and quotes it around them. It knows no index: what is
 * not in the text given to it does not exist.
 */

import { eachWord } from './words.ts'

/** Most UTF-16 code units a snippet shows, and how many of them may come before the first match. */
export const SNIPPET_LENGTH = 200
const LEAD_LENGTH = 40

/** Fields of one document that are quoted. */
const SNIPPETS_MAX = 3

/** A piece of a field as it was written, and where in it the matches stand. */
export interface Snippet {
  readonly field: string
  readonly text: string
  /** Start and end of each match in `text`, in UTF-16 code units, end exclusive; in order, none over another. */
  readonly highlights: [number, number][]
}

/** What counts as a match, folded. */
export interface Wanted {
  readonly words: ReadonlySet<string>
  readonly phrases: readonly (readonly string[])[]
}

/** The first matches of each field that has any, in the order of the fields. */
export function snippets(fields: Iterable<readonly [string, string]>, wanted: Wanted): Snippet[] {
  const found: Snippet[] = []
  for (const [field, text] of fields) {
    const snippet = snippetOf(field, text, wanted)
    if (snippet !== null) found.push(snippet)
    if (found.length === SNIPPETS_MAX) break
  }
  return found
}

/** Whether the words of the phrase stand next to each other, in order, somewhere in the text. */
export function hasPhrase(text: string, phrase: readonly string[]): boolean {
  // So many words before this one are as the phrase begins (Knuth, Morris and Pratt 1977).
  let run = 0
  eachWord(text, (word) => {
    while (run > 0 && phrase[run] !== word) run = borderOf(phrase, run)
    if (phrase[run] === word) run++
    return run === phrase.length ? 'stop' : 'go on'
  })
  return run === phrase.length
}

/** How many of the first `length` words, but not all, are at once their beginning and their end. */
function borderOf(phrase: readonly string[], length: number): number {
  for (let border = length - 1; border > 0; border--) {
    if (phrase.slice(0, border).every((word, i) => word === phrase[length - border + i])) return border
  }
  return 0
}

interface Placed {
  readonly word: string
  readonly start: number
  readonly end: number
}

/**
 * Reads the text up to its first match, goes back a few words for context, and reads on to the end of what
 * a snippet may show. Words before and after are whole; a single word longer than a snippet is cut.
 */
function snippetOf(field: string, text: string, wanted: Wanted): Snippet | null {
  const tail: Placed[] = []
  // The longest match, and before it as many words as the lead can hold.
  const tailLength = LEAD_LENGTH + Math.max(1, ...wanted.phrases.map((phrase) => phrase.length))
  const spans: [number, number][] = []
  let start = 0
  let end = 0
  eachWord(text, (word, wordStart, wordEnd) => {
    if (spans.length > 0 && wordEnd > start + SNIPPET_LENGTH) return 'stop'
    end = wordEnd
    remember(tail, { word, start: wordStart, end: wordEnd }, tailLength)
    const span = matchAt(tail, wanted)
    if (span === null) return 'go on'
    if (spans.length === 0) start = leadOf(tail, span[0])
    spans.push(span)
    return 'go on'
  })
  if (spans.length === 0) return null
  const limit = start + SNIPPET_LENGTH
  // What follows the last word, a full stop perhaps, is shown when the text ends there anyway.
  const stop = text.length <= limit ? text.length : wholeLetters(text, Math.min(end, limit))
  return { field, text: text.slice(start, stop), highlights: merged(spans, start, stop) }
}

/** The longest match that ends with the last word read. */
function matchAt(tail: readonly Placed[], { words, phrases }: Wanted): [number, number] | null {
  const last = tail.at(-1)
  if (last === undefined) return null
  let length = words.has(last.word) ? 1 : 0
  for (const phrase of phrases) if (phrase.length > length && endsWith(tail, phrase)) length = phrase.length
  const first = length === 0 ? undefined : tail.at(-length)
  return first === undefined ? null : [first.start, last.end]
}

function endsWith(tail: readonly Placed[], phrase: readonly string[]): boolean {
  const from = tail.length - phrase.length
  return from >= 0 && phrase.every((word, i) => tail[from + i]?.word === word)
}

/** Keeps the last `count` words at least, and twice as many at most: to drop one at a time would move all. */
function remember(tail: Placed[], word: Placed, count: number): void {
  tail.push(word)
  if (tail.length > 2 * count) tail.splice(0, count)
}

/** Where the snippet begins: at a word start at most `LEAD_LENGTH` before the match. */
function leadOf(tail: readonly Placed[], match: number): number {
  if (match <= LEAD_LENGTH) return 0
  return tail.find(({ start }) => start >= match - LEAD_LENGTH)?.start ?? match
}

/** Moves a cut back when it would split a pair of surrogates. */
function wholeLetters(text: string, cut: number): number {
  const unit = text.charCodeAt(cut - 1)
  return unit >= 0xd800 && unit < 0xdc00 ? cut - 1 : cut
}

/** Spans relative to `start`, cut at `stop`, with those that overlap made one. */
function merged(spans: readonly [number, number][], start: number, stop: number): [number, number][] {
  const result: [number, number][] = []
  for (const [from, to] of [...spans].sort(([a], [b]) => a - b)) {
    const [low, high] = [from - start, Math.min(to, stop) - start]
    const last = result.at(-1)
    if (last !== undefined && low < last[1]) last[1] = Math.max(last[1], high)
    else if (high > low) result.push([low, high])
  }
  return result
}
