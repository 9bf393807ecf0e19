/**
 * Scores documents by BM25: how much the words of a query say about each. It reads postings alone, never
 * text, so that its cost is the number of postings and its bounds are counts of them.
 */

import { fieldOf, lengthOf, slotOf, timesOf } from './postings.ts'
import type { Candidate, Visits, Vocabulary } from './vocabulary.ts'

/**
 * `K` is how soon repetition stops to count, `B` how much a long field is held against its words; the values
 * are the usual ones of Robertson and Zaragoza (2009).
 */
const K = 1.2
const B = 0.75
/** A word in a title says more than the same word in a text. */
const TITLE_WEIGHT = 2

/** What finding more than the word itself may cost, per query. */
const COMPLETIONS_MAX = 64
const NEAR_MAX = 32
const VISITS_MAX = 10_000
const EXTRA_POSTINGS_MAX = 1_000_000

/** What ranking needs to know about all documents together. */
export interface Statistics {
  readonly docs: number
  /** Slots in use are below this. */
  readonly slots: number
  /** By field id: words in the field, on average over the documents that have it. */
  readonly averageLengths: readonly number[]
  /** The id of the field `title`, if any document has one. */
  readonly title: number | undefined
}

/** One word of the query with everything that counts as it. */
export interface Sense {
  readonly word: string
  /** Factor on the score: 1 for the word itself, less for what merely resembles it. */
  readonly matches: readonly { readonly postings: readonly number[]; readonly weight: number }[]
  /** The words behind `matches`, to highlight. */
  readonly words: readonly string[]
}

export interface Ranked {
  /** By slot. */
  readonly scores: Float64Array
  /** By slot: a bit for each sense the document matches, in order. */
  readonly matched: Uint32Array
}

/** Widens each word by its completions and near words, as far as the bounds above allow. */
export function sensesOf(
  vocabulary: Vocabulary,
  words: readonly string[],
  widen: { prefix: boolean; fuzzy: boolean },
): Sense[] {
  const visits: Visits = { left: VISITS_MAX }
  let postingsLeft = EXTRA_POSTINGS_MAX
  return words.map((word) => {
    const exact = vocabulary.postings(word) ?? []
    const matches = new Map([[word, { postings: exact, weight: 1 }]])
    const add = (candidates: readonly Candidate[], weightOf: (candidate: Candidate) => number) => {
      for (const candidate of candidates) {
        if (matches.has(candidate.word) || candidate.postings.length > postingsLeft) continue
        postingsLeft -= candidate.postings.length
        matches.set(candidate.word, { postings: candidate.postings, weight: weightOf(candidate) })
      }
    }
    if (widen.prefix) add(vocabulary.completions(word, COMPLETIONS_MAX, visits), completionWeight)
    if (widen.fuzzy) add(vocabulary.near(word, editsFor(word), NEAR_MAX), nearWeight)
    return { word, matches: [...matches.values()], words: [...matches.keys()] }
  })
}

/** Scores every document that matches a sense, looking at `field` alone if it is given. */
export function rank(senses: readonly Sense[], field: number | undefined, statistics: Statistics): Ranked {
  const ranked = { scores: new Float64Array(statistics.slots), matched: new Uint32Array(statistics.slots) }
  for (const [bit, { matches }] of senses.entries()) {
    for (const { postings, weight } of matches) score(postings, weight, 1 << bit, field, statistics, ranked)
  }
  return ranked
}

function score(
  postings: readonly number[],
  weight: number,
  bit: number,
  field: number | undefined,
  { docs, averageLengths, title }: Statistics,
  { scores, matched }: Ranked,
): void {
  // A document with the word in two fields counts twice here, and there are never more than all.
  const holders = Math.min(postings.length, docs)
  const rarity = Math.log(1 + (docs - holders + 0.5) / (holders + 0.5))
  for (const posting of postings) {
    const at = fieldOf(posting)
    if (field !== undefined && at !== field) continue
    const slot = slotOf(posting)
    const times = timesOf(posting)
    const length = lengthOf(posting) / (averageLengths[at] ?? 1)
    const frequency = (times * (K + 1)) / (times + K * (1 - B + B * length))
    const factor = at === title ? TITLE_WEIGHT * weight : weight
    scores[slot] = (scores[slot] ?? 0) + factor * rarity * frequency
    matched[slot] = (matched[slot] ?? 0) | bit
  }
}

/** The more letters are missing, the less it counts; never as much as the word itself. */
function completionWeight({ word, distance }: Candidate): number {
  return (0.4 * word.length) / (word.length + distance)
}

function nearWeight({ word, distance }: Candidate): number {
  return (0.4 * word.length) / (word.length + 2 * distance)
}

/** Short words are too close to each other to be mistaken: no edits below 3 letters, one below 6, else two. */
function editsFor(word: string): number {
  return word.length < 3 ? 0 : word.length < 6 ? 1 : 2
}
