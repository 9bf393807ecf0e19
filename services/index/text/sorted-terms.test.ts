import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SortedTerms } from './sorted-terms.ts'

test('terms come in the order of their words, from any prefix on, while they are there', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '東', '𐐨'), minLength: 1, maxLength: 7 })
  fc.assert(
    fc.property(
      fc.uniqueArray(word, { maxLength: 900, size: 'max' }),
      fc.func(fc.boolean()),
      fc.oneof(word, fc.constant('')),
      (words, isRemoved, prefix) => {
        const sorted = new SortedTerms((term) => words[term] ?? '')
        for (const term of words.keys()) sorted.add(term)
        const left = words.filter((word, term) => {
          if (isRemoved(word)) sorted.remove(term)
          return !isRemoved(word)
        })
        const found = [...sorted.startingWith(prefix)].map((term) => words[term])
        assert.deepEqual(found, left.filter((word) => word.startsWith(prefix)).sort())
      },
    ),
    { numRuns: 60 },
  )
})
