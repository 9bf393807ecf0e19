import assert from 'node:assert/strict'
import { test } from 'node:test'
import { posting } from './postings.ts'
import { rank, sensesOf } from './rank.ts'
import { Vocabulary } from './vocabulary.ts'

test('a word stands for itself, its completions and its near words, each counting less', () => {
  const vocabulary = new Vocabulary()
  for (const [slot, word] of ['card', 'cards', 'cardboard', 'cart', 'dog'].entries()) {
    vocabulary.add(word, posting(slot, 0, 1, 1))
  }
  const [sense] = sensesOf(vocabulary, ['card'], { prefix: true, fuzzy: true })
  assert.ok(sense)
  assert.deepEqual(sense.words, ['card', 'cardboard', 'cards', 'cart'])
  const { scores, matched } = rank([sense], undefined, {
    docs: 5,
    slots: 5,
    averageLengths: [1],
    title: undefined,
  })
  const [itself = 0, plural = 0, longer = 0, near = 0, other] = scores
  assert.ok(itself > plural && plural > longer && plural > near && near > 0 && longer > 0)
  assert.equal(other, 0)
  assert.deepEqual([...matched], [1, 1, 1, 1, 0])
})

test('a query may name words that no document has', () => {
  const senses = sensesOf(new Vocabulary(), ['a', 'b'], { prefix: true, fuzzy: true })
  assert.deepEqual(
    senses.map(({ words }) => words),
    [['a'], ['b']],
  )
})

test('words are widened only as far as a bound on the postings to read', () => {
  const vocabulary = new Vocabulary()
  const words = Array.from({ length: 12 }, (_, i) => `word${String.fromCharCode(97 + i)}`)
  for (const word of words)
    for (let slot = 0; slot < 100_000; slot++) vocabulary.add(word, posting(slot, 0, 1, 1))
  const widened = sensesOf(vocabulary, ['word', 'wor'], { prefix: true, fuzzy: false })
  assert.deepEqual(
    widened.map(({ words }) => words.length),
    [11, 1],
  )
})
