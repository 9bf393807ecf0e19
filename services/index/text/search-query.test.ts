import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lastWord, parseSearch, QUERY_WORDS_MAX } from './search-query.ts'

const none = { words: [], phrases: [], notWords: [], notPhrases: [] }

function parsed(q: string) {
  const result = parseSearch(q)
  assert.ok(result.ok, result.ok ? '' : result.problem)
  return result.query
}

function problem(q: string): string {
  const result = parseSearch(q)
  assert.ok(!result.ok)
  return result.problem
}

test('words, phrases and what is left out are told apart', () => {
  assert.deepEqual(parsed('Apple "red pie" -tart -"sour cream" apple'), {
    words: ['apple'],
    phrases: [['red', 'pie']],
    notWords: ['tart'],
    notPhrases: [['sour', 'cream']],
  })
})

test('a phrase of one word is that word, and an empty one is nothing', () => {
  assert.deepEqual(parsed('"apple" "" -""'), { ...none, words: ['apple'] })
})

test('words joined by punctuation are separate, unless they are left out', () => {
  assert.deepEqual(parsed('e-mail'), { ...none, words: ['e', 'mail'] })
  assert.deepEqual(parsed('post -e-mail'), { ...none, words: ['post'], notPhrases: [['e', 'mail']] })
})

test('a word of a script without spaces is a phrase of its letters', () => {
  assert.deepEqual(parsed('東京 塔'), { ...none, words: ['塔'], phrases: [['東', '京']] })
})

test('curly quotation marks serve, and marks need no space around them', () => {
  assert.deepEqual(parsed('a“b c”d'), { ...none, words: ['a', 'd'], phrases: [['b', 'c']] })
})

test('a minus alone, or with a space after it, is punctuation', () => {
  assert.deepEqual(parsed('a - b -- --c'), { ...none, words: ['a', 'b'], notWords: ['c'] })
})

test('a query without a word to look for is refused', () => {
  for (const q of ['', '   ', '!?', '""', '-apple', '-"a b"', '\ud800']) {
    assert.equal(problem(q), 'q names no word to look for')
  }
})

test('an open quotation mark is refused', () => {
  for (const q of ['"', 'a "b', '"a" "', '-"x']) {
    assert.equal(problem(q), 'q opens a quotation mark and does not close it')
  }
})

test('a query of too many different words is refused, with the numbers', () => {
  const words = Array.from({ length: QUERY_WORDS_MAX + 1 }, (_, i) => `w${i}`)
  assert.equal(parsed(words.slice(1).join(' ')).words.length, QUERY_WORDS_MAX)
  assert.equal(problem(words.join(' ')), 'q names 17 different words; at most 16 are looked for')
  assert.equal(problem(`a ${words.map((word) => `-${word}`).join(' ')}`), problem(words.join(' ')))
  assert.equal(problem(`"${words.join(' ')}"`), problem(words.join(' ')))
})

test('the word being typed is the one that nothing follows', () => {
  assert.deepEqual(lastWord('Red Appl'), { before: 'Red ', word: 'appl' })
  assert.deepEqual(lastWord('"red appl'), { before: '"red ', word: 'appl' })
  assert.equal(lastWord('red '), null)
  assert.equal(lastWord('red!'), null)
  assert.equal(lastWord(''), null)
})
