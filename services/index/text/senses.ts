/** Widens the words of a query by their completions and near words, each of which counts less than the word itself. */

import type { Candidate, Visits, Vocabulary } from './vocabulary.ts'

/** What finding more than the word itself may cost, per query. */
const COMPLETIONS_MAX = 64
const NEAR_MAX = 32
const VISITS_MAX = 10_000
const EXTRA_POSTINGS_MAX = 1_000_000

/** One word of the query with everything that counts as it. */
export interface Sense {
  readonly word: string
  /** The word first. `weight` is a factor on the score: 1 for itself, less for what merely resembles it. */
  readonly matches: readonly { readonly word: string; readonly weight: number }[]
}

/** Widens each word as far as the bounds above allow. */
export function sensesOf(
  vocabulary: Vocabulary,
  words: readonly string[],
  widen: { prefix: boolean; fuzzy: boolean },
): Sense[] {
  const visits: Visits = { left: VISITS_MAX }
  let postingsLeft = EXTRA_POSTINGS_MAX
  return words.map((word) => {
    const weights = new Map([[word, 1]])
    const add = (candidates: readonly Candidate[], weightOf: (candidate: Candidate) => number) => {
      for (const candidate of candidates) {
        if (weights.has(candidate.word) || candidate.count > postingsLeft) continue
        postingsLeft -= candidate.count
        weights.set(candidate.word, weightOf(candidate))
      }
    }
    if (widen.prefix) add(vocabulary.completions(word, COMPLETIONS_MAX, visits), completionWeight)
    if (widen.fuzzy) add(vocabulary.near(word, editsFor(word), NEAR_MAX), nearWeight)
    return { word, matches: Array.from(weights, ([word, weight]) => ({ word, weight })) }
  })
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
