/**
 * Finds the terms whose words are a few edits away from another. Of each word it keeps which letters it has,
 * in 32 bits, and which pairs of letters, in 32 more. An edit changes one letter for another at most, and
 * three pairs for three; so most words are known to be too far from a few numbers that are read in one sweep.
 */

import { Column } from './column.ts'

/** Bits that one edit can change: a letter and another for it; two pairs and two others for them. */
const LETTER_BITS = 2
const PAIR_BITS = 4

export interface Near {
  readonly term: number
  /** Edits between the two words, in code points. */
  readonly distance: number
}

export class NearTerms {
  readonly #wordOf: (term: number) => string
  /** By term. A word has letters, so a term with none is not in use. */
  readonly #letters = new Column()
  readonly #pairs = new Column()

  constructor(wordOf: (term: number) => string) {
    this.#wordOf = wordOf
  }

  add(term: number): void {
    const { letters, pairs } = signsOf(this.#wordOf(term))
    this.#letters.set(term, letters)
    this.#pairs.set(term, pairs)
  }

  remove(term: number): void {
    this.#letters.set(term, 0)
  }

  /** Every term whose word is at most `distanceMax` edits from `word`, and is not `word`. */
  *around(word: string, distanceMax: number): Generator<Near> {
    const { letters, pairs } = signsOf(word)
    const points = Array.from(word)
    let first = 0
    for (const [number, page] of this.#letters.pages.entries()) {
      const pairsPage = this.#pairs.pages[number]
      for (let place = 0; place < page.length; place++) {
        const others = page[place] ?? 0
        if (others === 0 || bitsIn(others ^ letters) > LETTER_BITS * distanceMax) continue
        if (bitsIn((pairsPage?.[place] ?? 0) ^ pairs) > PAIR_BITS * distanceMax) continue
        const term = first + place
        const distance = edits(points, Array.from(this.#wordOf(term)), distanceMax)
        if (distance > 0 && distance <= distanceMax) yield { term, distance }
      }
      first += page.length
    }
  }
}

function signsOf(word: string): { letters: number; pairs: number } {
  let [letters, pairs, before] = [0, 0, 0]
  for (const letter of word) {
    const point = letter.codePointAt(0) ?? 0
    letters |= 1 << (point & 31)
    pairs |= 1 << (Math.imul(before * 31 + point, 0x9e3779b1) >>> 27)
    before = point
  }
  return { letters: letters >>> 0, pairs: pairs >>> 0 }
}

function bitsIn(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Levenshtein distance, or something above `max` as soon as it is sure to be. */
function edits(a: readonly string[], b: readonly string[], max: number): number {
  if (Math.abs(a.length - b.length) > max) return max + 1
  let row = b.map((_, j) => j + 1)
  for (const [i, letter] of a.entries()) {
    const next: number[] = []
    let [left, diagonal, least] = [i + 1, i, i + 1]
    for (const [j, other] of b.entries()) {
      const up = row[j] ?? 0
      left = Math.min(diagonal + (letter === other ? 0 : 1), up + 1, left + 1)
      diagonal = up
      least = Math.min(least, left)
      next.push(left)
    }
    if (least > max) return max + 1
    row = next
  }
  return row.at(-1) ?? a.length
}
