/**
 * Documents and queries of a made-up language, the same for the same seed. Words are as frequent as their rank
 * says (Zipf), so a few are in most documents and most are in a few.
 */

import type { Doc } from '@ron/services/index/text/text-index'

/** Ranks there are, about the different words in as much English; the commonest is every eighteenth of a text. */
const RANKS = 200_000
/** Below the first, a word is in one of a hundred documents and more; from the second on, in one of ten thousand. */
const [COMMON, MIDDLE] = [100, 10_000]

const SYLLABLES = Array.from('bcdfghjklmnprstvwxyz').flatMap((consonant) =>
  Array.from('aeiou', (vowel) => consonant + vowel),
)

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Common words are short, as in any language; no two ranks have the same word. */
function wordOf(rank: number): string {
  const syllables = rank < COMMON ? 2 : rank < MIDDLE ? 3 : 4
  let spread = (rank * 48_271) % 100 ** syllables
  let word = ''
  for (let i = 0; i < syllables; i++) {
    word += SYLLABLES[spread % 100] ?? ''
    spread = Math.floor(spread / 100)
  }
  return word
}

/** A rank in a range, each as likely as a text has its word. */
function rankIn(low: number, high: number, next: () => number): number {
  return Math.floor(low * (high / low) ** next())
}

function textOf(words: number, next: () => number): string {
  let text = wordOf(rankIn(1, RANKS, next))
  for (let i = 1; i < words; i++) text += ` ${wordOf(rankIn(1, RANKS, next))}`
  return text
}

/** 20 to 30 words in two fields, and a tag that a hundredth of all have. */
export function docOf(nth: number, next: () => number): Doc {
  const title = textOf(3 + Math.floor(4 * next()), next)
  const body = textOf(17 + Math.floor(8 * next()), next)
  return { id: `doc:${nth}`, fields: { title, body }, tags: [`t${Math.floor(100 * next())}`] }
}

export interface Question {
  readonly q: string
  readonly prefix?: boolean
  readonly fuzzy?: boolean
  readonly tag?: string
}

type Range = readonly [low: number, high: number]
const anyWord: Range = [1, RANKS]
const common: Range = [1, COMMON]
const middle: Range = [COMMON, MIDDLE]
const rare: Range = [MIDDLE, RANKS]

/** Ways to ask. The first is the one that is aimed at: two words, each as likely as in a text. */
export const kinds: readonly { name: string; ask(next: () => number): Question }[] = [
  { name: 'two words', ask: (next) => ({ q: words(next, anyWord, anyWord) }) },
  { name: 'common + common', ask: (next) => ({ q: words(next, common, common) }) },
  { name: 'common + middle', ask: (next) => ({ q: words(next, common, middle) }) },
  { name: 'common + rare', ask: (next) => ({ q: words(next, common, rare) }) },
  { name: 'middle + middle', ask: (next) => ({ q: words(next, middle, middle) }) },
  { name: 'rare + rare', ask: (next) => ({ q: words(next, rare, rare) }) },
  { name: 'one common word', ask: (next) => ({ q: words(next, common) }) },
  { name: 'two words, a tag', ask: (next) => ({ q: words(next, anyWord, anyWord), tag: 't7' }) },
  { name: 'two words, one not', ask: (next) => ({ q: `${words(next, anyWord)} -${words(next, common)}` }) },
  { name: 'phrase', ask: (next) => ({ q: `"${words(next, common, common)}"` }) },
  { name: 'prefix', ask: (next) => ({ q: words(next, middle).slice(0, 4), prefix: true }) },
  { name: 'fuzzy', ask: (next) => ({ q: misspelt(words(next, anyWord)), fuzzy: true }) },
]

function words(next: () => number, ...ranges: readonly Range[]): string {
  return ranges.map(([low, high]) => wordOf(rankIn(low, high, next))).join(' ')
}

/** Two letters that stand next to each other, the wrong way round. */
function misspelt(word: string): string {
  const [first = '', second = '', ...rest] = word
  return [second, first, ...rest].join('')
}
