/** The naive twin of `eachWord`: one expression for every word, whatever its letters are. */

import { ANY_WORD, fold } from './words.ts'

export function wordsByExpression(text: string): [word: string, start: number, end: number][] {
  return Array.from(text.matchAll(new RegExp(ANY_WORD)), (match): [string, number, number] => [
    fold(match[0]),
    match.index,
    match.index + match[0].length,
  ]).filter(([word]) => word !== '')
}
