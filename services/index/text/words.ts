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
/** A word in any script. It is shared by all: whoever uses it says where to begin. */
export const ANY_WORD = new RegExp(WORD, 'gv')
const UNSPACED_LETTER = new RegExp(`[${UNSPACED}]`, 'v')
const [ZERO, NINE, A, Z, SMALL_A, SMALL_Z, ASCII_MAX] = [0x30, 0x39, 0x41, 0x5a, 0x61, 0x7a, 0x7f]
const ACCENTS = /[\u0300-\u036f]/g
const ASCII = /^[\0-\x7f]*$/
// Compatibility forms bring such characters in: ½ is 1, a slash and 2.
const NOT_OF_WORDS = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}\p{M}]/gu
const HALF_A_PAIR = /[\ud800-\udbff]$/

/** A folded word and where it stands in the text, in UTF-16 code units, `end` exclusive. */
export type Visit = (word: string, start: number, end: number) => 'go on' | 'stop'

/**
 * Calls `visit` for each word of the text in order, until it says stop. Words of ASCII are cut by hand; where
 * any other character stands in a word or between two, the expression says what comes next, far more slowly.
 */
export function eachWord(text: string, visit: Visit): void {
  for (let at = 0; at < text.length;) {
    let end = at
    let unit = 0
    let hasCapital = false
    for (; end < text.length; end++) {
      unit = text.charCodeAt(end)
      if (unit >= A && unit <= Z) hasCapital = true
      else if ((unit < SMALL_A || unit > SMALL_Z) && (unit < ZERO || unit > NINE)) break
    }
    if (end < text.length && unit > ASCII_MAX) {
      ANY_WORD.lastIndex = at
      const match = ANY_WORD.exec(text)
      if (match === null) return
      const word = fold(match[0])
      at = match.index + match[0].length
      if (word !== '' && visit(word, match.index, at) === 'stop') return
    } else {
      const start = at
      const word = text.slice(at, Math.min(end, at + WORD_LENGTH_MAX))
      at = end + 1
      if (end > start && visit(hasCapital ? word.toLowerCase() : word, start, end) === 'stop') return
    }
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
  return UNSPACED_LETTER.test(text)
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
