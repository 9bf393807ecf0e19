/**
 * What a word is. Text is cut into runs of letters, digits and their marks; in scripts written without
 * spaces (Han, kana, Thai, Lao, Khmer, Burmese) every letter is a word of its own, and a longer word of
 * such a script is found as a phrase. Words are compared folded: compatibility forms, case and Latin,
 * Greek and Cyrillic accents removed. This file knows nothing of queries or documents.
 */

/** Longer words are cut here, in text and in queries alike. In UTF-16 code units of the folded word. */
export const WORD_LENGTH_MAX = 64

// Extensions (scx) take in the prolonged sound mark ー, which both kana share.
const UNSPACED = '\\p{sc=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Khmr}\\p{sc=Mymr}'
const WORD = `[[${UNSPACED}]&&[\\p{L}\\p{N}]]\\p{M}*|[[\\p{L}\\p{N}]--[${UNSPACED}]][[\\p{L}\\p{N}\\p{M}]--[${UNSPACED}]]*`
const ACCENTS = /[\u0300-\u036f]/g
const ASCII = /^[\0-\x7f]*$/
// Compatibility forms bring such characters in: ½ is 1, a slash and 2.
const NOT_OF_WORDS = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}\p{M}]/gu
const HALF_A_PAIR = /[\ud800-\udbff]$/

/** A folded word and where it stands in the text, in UTF-16 code units, `end` exclusive. */
export type Visit = (word: string, start: number, end: number) => 'go on' | 'stop'

/** Calls `visit` for each word of the text in order, until it says stop. */
export function eachWord(text: string, visit: Visit): void {
  // A regular expression of its own for every call: the position it keeps must not be shared.
  const words = new RegExp(WORD, 'gv')
  for (let match = words.exec(text); match !== null; match = words.exec(text)) {
    const word = fold(match[0])
    if (word !== '' && visit(word, match.index, words.lastIndex) === 'stop') return
  }
}

export function wordsOf(text: string): string[] {
  const words: string[] = []
  eachWord(text, (word) => {
    words.push(word)
    return 'go on'
  })
  return words
}

/** Whether the text has a letter of a script that is written without spaces. */
export function isUnspaced(text: string): boolean {
  return new RegExp(`[${UNSPACED}]`, 'v').test(text)
}

/** The form in which two spellings of a word are the same. Folding twice changes nothing more. */
export function fold(word: string): string {
  if (ASCII.test(word)) return word.toLowerCase().slice(0, WORD_LENGTH_MAX)
  const decomposed = word
    .slice(0, 4 * WORD_LENGTH_MAX)
    .normalize('NFKD')
    .toLowerCase()
  const plain = decomposed.replace(ACCENTS, '').replace(NOT_OF_WORDS, '').normalize('NFC')
  return plain.slice(0, WORD_LENGTH_MAX).replace(HALF_A_PAIR, '')
}
