/**
 * BM25: how much a word that stands in a field says about the document. Scores are kept in whole units of
 * 2^-32, rounded up, so that the sum of several is the same in whatever order they are added, and a word that
 * is there never counts as nothing.
 */

import { lengthened, LENGTHS, shortLengthOf, timesOf } from './postings.ts'

/**
 * `K` is how soon repetition stops to count, `B` how much a long field is held against its words; the values
 * are the usual ones of Robertson and Zaragoza (2009).
 */
const K = 1.2
const B = 0.75

/** Units in a score of 1. */
export const UNITS = 2 ** 32

/** How much a word says that so many of all documents have. */
export function rarityOf(holders: number, docs: number): number {
  return Math.log(1 + (docs - holders + 0.5) / (holders + 0.5))
}

/** By short length: how much of a field's length counts against its words, when fields are that long on average. */
export function burdens(averageLength: number): Float64Array {
  return Float64Array.from(
    { length: LENGTHS },
    (_, short) => K * (1 - B + (B * lengthened(short)) / averageLength),
  )
}

/** What `unitsOf` multiplies by: the most that a word of this importance scores, in units. */
export function scaleOf(importance: number): number {
  return importance * (K + 1) * UNITS
}

/** The score of a posting, or of anything that has its times and length. It never grows as a field gets longer. */
export function unitsOf(posting: number, scale: number, burdens: Float64Array): number {
  const times = timesOf(posting)
  return Math.ceil((scale * times) / (times + (burdens[shortLengthOf(posting)] ?? 0)))
}
