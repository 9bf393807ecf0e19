import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wordsByExpression } from './words.oracle.ts'
import { eachWord, fold, wordsOf, WORD_LENGTH_MAX } from './words.ts'

test('words are runs of letters and digits, folded; everything else divides them', () => {
  assert.deepEqual(wordsOf("It's 12.5 e-mails, Über_ÉCOLE!"), [
    'it',
    's',
    '12',
    '5',
    'e',
    'mails',
    'uber',
    'ecole',
  ])
  assert.deepEqual(wordsOf(' \n\t—…! '), [])
})

test('in scripts without spaces every letter is a word, with its marks', () => {
  assert.deepEqual(wordsOf('iPhone東京タワー'), ['iphone', '東', '京', 'タ', 'ワ', 'ー'])
  assert.deepEqual(wordsOf('ชาวโลก').length, 6)
  assert.deepEqual(wordsOf('мʼята Ёлка'), ['мʼята', 'елка'])
})

test('folding equates case, accents and compatibility forms', () => {
  for (const [a, b] of [
    ['ÉCOLE', 'école'],
    ['e\u0301cole', 'école'],
    ['ﬁn', 'fin'],
    ['Ｗｉｄｅ', 'wide'],
    ['𝐁𝐨𝐥𝐝', 'bold'],
    ['İstanbul', 'istanbul'],
    ['ｶﾞ', 'ガ'],
  ] as const) {
    assert.equal(fold(a), fold(b))
  }
  assert.notEqual(fold('か'), fold('が'))
})

test('what folding turns into punctuation or a lone mark is not part of a word', () => {
  assert.deepEqual(wordsOf('½ ⑴ ŀ ゛a'), ['12', '1', 'l', 'a'])
})

test('a word that does not end is cut, never inside a letter', () => {
  assert.equal(fold('a'.repeat(10_000)).length, WORD_LENGTH_MAX)
  assert.equal(fold('é'.repeat(10_000)), 'e'.repeat(WORD_LENGTH_MAX))
  assert.equal(fold(`a${'𐐨'.repeat(100)}`), `a${'𐐨'.repeat(31)}`)
})

const anything = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      'a',
      'É',
      ' ',
      '"',
      '½',
      'Σ',
      'ς',
      '東',
      'ー',
      '゛',
      'ำ',
      '\u0301',
      '\ud800',
      '\udc00',
      '👩‍👧',
      'ŀ',
      'ﷺ',
    ),
    fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
  ),
  maxLength: 60,
  size: 'max',
})

test('in any text, broken surrogates included, words stand in order where they say and folding is settled', () => {
  fc.assert(
    fc.property(anything, (text) => {
      let before = 0
      eachWord(text, (word, start, end) => {
        assert.ok(start >= before && end > start && end <= text.length)
        assert.equal(fold(text.slice(start, end)), word)
        assert.equal(fold(word), word)
        assert.ok(word.length > 0 && word.length <= WORD_LENGTH_MAX)
        before = end
        return 'go on'
      })
    }),
    { numRuns: 2000 },
  )
})

test('reading stops when it is told to', () => {
  const seen: string[] = []
  eachWord('a b c d', (word) => (seen.push(word) === 2 ? 'stop' : 'go on'))
  assert.deepEqual(seen, ['a', 'b'])
})

test('words cut by hand are those that the expression finds, where it finds them', () => {
  const unit = fc.constantFrom(
    'a',
    'Z',
    '9',
    '_',
    ' ',
    '-',
    '’',
    'é',
    'e\u0301',
    '\u0301',
    'Я',
    '東',
    'ー',
    '½',
    '𐐨',
    '\ud800',
  )
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit, maxLength: 30 }), fc.string({ unit: 'binary' })), (text) => {
      const found: [string, number, number][] = []
      eachWord(text, (...place) => {
        found.push(place)
        return 'go on'
      })
      assert.deepEqual(found, wordsByExpression(text))
    }),
    { numRuns: 1_000 },
  )
  assert.deepEqual(wordsOf(`${'A'.repeat(70)} b`), ['a'.repeat(WORD_LENGTH_MAX), 'b'])
})
