import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PostingLists } from './posting-lists.ts'
import { sensesOf } from './senses.ts'
import { Vocabulary } from './vocabulary.ts'

function vocabularyOf(words: readonly string[], docs = 1): Vocabulary {
  const vocabulary = new Vocabulary(new PostingLists(), 1)
  for (const word of words) for (let slot = 0; slot < docs; slot++) vocabulary.add(word, 0, slot, 1, 1)
  return vocabulary
}

test('a word stands for itself, its completions and its near words, each counting less', () => {
  const vocabulary = vocabularyOf(['card', 'cards', 'cardboard', 'cart', 'dog'])
  const [sense] = sensesOf(vocabulary, ['card'], { prefix: true, fuzzy: true })
  const weights = new Map(sense?.matches.map(({ word, weight }) => [word, weight]))
  const [itself = 0, plural = 0, longer = 0, near = 0] = ['card', 'cards', 'cardboard', 'cart'].map((word) =>
    weights.get(word),
  )
  assert.equal(weights.size, 4)
  assert.ok(itself === 1 && itself > plural && plural > longer && plural > near && near > 0 && longer > 0)
})

test('a query may name words that no document has', () => {
  const senses = sensesOf(vocabularyOf([]), ['a', 'b'], { prefix: true, fuzzy: true })
  assert.deepEqual(
    senses.map(({ matches }) => matches),
    [[{ word: 'a', weight: 1 }], [{ word: 'b', weight: 1 }]],
  )
})

test('words are widened only as far as a bound on the postings to read', () => {
  const words = Array.from({ length: 12 }, (_, i) => `word${String.fromCharCode(97 + i)}`)
  const widened = sensesOf(vocabularyOf(words, 100_000), ['word', 'wor'], { prefix: true, fuzzy: false })
  assert.deepEqual(
    widened.map(({ matches }) => matches.length),
    [11, 1],
  )
})
