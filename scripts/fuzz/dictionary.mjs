// @ts-check
/**
 * What code compares its input with, read from its text. A comparison of several bytes at once is one branch: no
 * coverage tells how near an input came, and chance does not guess it. But what it is compared with stands in the code.
 */

const wordBytesMax = 64
const wordsMax = 4_096
/** A string of one line, or a number of more than one byte. */
const literal = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`([^`$\\]*)`|\b(0x[0-9a-f_]+|\d[\d_]*)n?\b/gi

/**
 * Strings as they are written, and numbers as text and as integers of two, four and eight bytes either way round.
 * @param {readonly string[]} sources
 * @returns {Uint8Array[]}
 */
export function wordsOf(sources) {
  /** By their bytes, so that none comes twice. @type {Map<string, Uint8Array>} */
  const words = new Map()
  for (const source of sources) {
    for (const [, single, double, template, number] of source.matchAll(literal)) {
      const text = single ?? double ?? template
      const found = text === undefined ? integers(number ?? '') : [Buffer.from(unescaped(text))]
      for (const word of found) {
        if (word.length < 2 || word.length > wordBytesMax || words.size === wordsMax) continue
        words.set(word.toString('latin1'), Uint8Array.from(word))
      }
    }
  }
  return [...words.values()]
}

/** @param {string} written */
function integers(written) {
  const value = BigInt(written.replaceAll('_', ''))
  const found = [Buffer.from(String(value))]
  for (const bytes of [2, 4, 8]) {
    if (value < 256n || value >= 1n << BigInt(8 * bytes)) continue
    const high = Buffer.from(value.toString(16).padStart(2 * bytes, '0'), 'hex')
    found.push(high, Buffer.from(high.toReversed()))
  }
  return found
}

/** @param {string} text as it stands in code */
function unescaped(text) {
  const known = /** @type {Record<string, string>} */ ({ n: '\n', r: '\r', t: '\t', 0: '\0' })
  return text.replaceAll(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(.))/gi, (_, byte, unit, one) =>
    one === undefined ? String.fromCharCode(Number.parseInt(byte ?? unit, 16)) : (known[one] ?? one),
  )
}
