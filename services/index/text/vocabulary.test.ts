import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { posting } from './postings.ts'
import { Vocabulary } from './vocabulary.ts'

const word = fc.string({
  unit: fc.constantFrom('a', 'b', 'é', 'я', 'ю', '東', '𐐨'),
  minLength: 1,
  maxLength: 5,
})

function vocabularyOf(words: readonly string[]): Vocabulary {
  const vocabulary = new Vocabulary()
  for (const [slot, word] of words.entries()) vocabulary.add(word, posting(slot, 0, 1, 1))
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
      const counts = found.map(({ postings }) => postings.length)
      assert.deepEqual(
        counts,
        [...counts].sort((a, b) => b - a),
      )
    }),
  )
})

test('near words are exactly those within the distance when letters take one byte, and never farther', () => {
  const ascii = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 5 })
  for (const letters of [ascii, word]) {
    fc.assert(
      fc.property(
        fc.array(letters, { maxLength: 30, size: 'max' }),
        letters,
        fc.integer({ min: 1, max: 2 }),
        (words, near, max) => {
          const found = vocabularyOf(words).near(near, max, 100)
          const distances = new Map(
            [...new Set(words)].map((other) => [other, edits(Array.from(near), Array.from(other))]),
          )
          for (const { word, distance } of found) assert.equal(distance, distances.get(word))
          const expected = [...distances].filter(([, distance]) => distance > 0 && distance <= max)
          if (letters === ascii) assert.equal(found.length, expected.length)
          else assert.ok(found.every(({ distance }) => distance > 0 && distance <= max))
        },
      ),
    )
  }
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

test('a word goes with its last document', () => {
  const vocabulary = new Vocabulary()
  vocabulary.add('я', posting(1, 0, 1, 1))
  vocabulary.add('я', posting(1, 1, 1, 1))
  vocabulary.add('я', posting(2, 0, 1, 1))
  vocabulary.drop('я', 1)
  assert.equal(vocabulary.postings('я')?.length, 1)
  vocabulary.drop('я', 2)
  vocabulary.drop('я', 2)
  assert.equal(vocabulary.postings('я'), undefined)
  assert.equal(vocabulary.size, 0)
})
