import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PostingLists } from './posting-lists.ts'
import { Vocabulary } from './vocabulary.ts'

const word = fc.string({
  unit: fc.constantFrom('a', 'b', 'é', 'я', 'ю', '東', '𐐨'),
  minLength: 1,
  maxLength: 5,
})

function vocabularyOf(words: readonly string[]): Vocabulary {
  const vocabulary = new Vocabulary(new PostingLists(), 1)
  for (const [slot, word] of words.entries()) vocabulary.add(word, 0, slot, 1, 1)
  return vocabulary
}

/** Edit distance by its definition. */
function edits(a: readonly string[], b: readonly string[]): number {
  const [first, ...restA] = a
  const [other, ...restB] = b
  if (first === undefined || other === undefined) return a.length + b.length
  if (first === other) return edits(restA, restB)
  return 1 + Math.min(edits(restA, restB), edits(restA, b), edits(a, restB))
}

test('completions are exactly the longer words that begin alike, the commonest first', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30, size: 'max' }), word, (words, prefix) => {
      const found = vocabularyOf(words).completions(prefix, 100, { left: 100 })
      const expected = [...new Set(words)].filter((other) => other !== prefix && other.startsWith(prefix))
      assert.deepEqual(new Set(found.map(({ word }) => word)), new Set(expected))
      const counts = found.map(({ count }) => count)
      for (const { word, count } of found) {
        assert.equal(count, words.filter((other) => other === word).length)
      }
      assert.deepEqual(
        counts,
        [...counts].sort((a, b) => b - a),
      )
    }),
  )
})

test('near words are exactly those within the distance, whatever the alphabet', () => {
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 30, size: 'max' }),
      word,
      fc.integer({ min: 1, max: 2 }),
      (words, near, max) => {
        const found = vocabularyOf(words).near(near, max, 100)
        const expected = [...new Set(words)]
          .map((other) => ({ word: other, distance: edits(Array.from(near), Array.from(other)) }))
          .filter(({ distance }) => distance > 0 && distance <= max)
        const places = (found: readonly { word: string; distance: number }[]) =>
          found.map(({ word, distance }) => `${distance} ${word}`).sort()
        assert.deepEqual(places(found), places(expected))
      },
    ),
  )
})

test('one changed, missing or added letter of a two-byte alphabet is near', () => {
  for (const word of ['превет', 'првет', 'приивет']) {
    assert.deepEqual(
      vocabularyOf(['привет', 'ответ'])
        .near(word, 1, 10)
        .map(({ word }) => word),
      ['привет'],
    )
  }
})

test('looking stops when the visits are used up or enough words are kept', () => {
  const vocabulary = vocabularyOf(Array.from({ length: 500 }, (_, i) => `a${i}`))
  const visits = { left: 120 }
  assert.equal(vocabulary.completions('a', 1000, visits).length, 120)
  assert.equal(vocabulary.completions('a', 1000, visits).length, 0)
  assert.equal(vocabulary.completions('a', 7, { left: 1000 }).length, 7)
})

test('a word goes with its last document, and what resembles it is not misled', () => {
  const vocabulary = new Vocabulary(new PostingLists(), 1)
  vocabulary.add('яяя', 0, 1, 1, 1)
  vocabulary.add('яяя', 1, 1, 1, 1)
  vocabulary.add('яяя', 0, 2, 1, 1)
  assert.deepEqual(
    vocabulary
      .lists('яяя')
      .map(({ field }) => field)
      .sort(),
    [0, 1],
  )
  vocabulary.drop('яяя', 0, 1)
  vocabulary.drop('яяя', 0, 2)
  assert.deepEqual([vocabulary.count('яяя'), vocabulary.lists('яяя').map(({ field }) => field)], [1, [1]])
  vocabulary.drop('яяя', 1, 1)
  vocabulary.drop('яяя', 1, 1)
  assert.deepEqual([vocabulary.has('яяя'), vocabulary.size, vocabulary.count('яяя')], [false, 0, 0])
  assert.deepEqual(vocabulary.completions('я', 9, { left: 9 }), [])
  assert.deepEqual(vocabulary.near('яя', 1, 9), [])
  vocabulary.add('other', 0, 1, 1, 1)
  assert.deepEqual(vocabulary.lists('яяя'), [])
})
