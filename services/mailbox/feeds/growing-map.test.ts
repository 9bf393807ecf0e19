import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GrowingMap, hashOfText, partEntries } from './growing-map.ts'

test('a growing map holds what a map holds, over any history and through many splits', () => {
  const step = fc.record({
    set: fc.boolean(),
    from: fc.nat(4000),
    many: fc.integer({ min: 1, max: 1500 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const map = new GrowingMap<string, number>(hashOfText)
      const naive = new Map<string, number>()
      for (const [turn, { set, from, many }] of steps.entries()) {
        for (let nth = from; nth < from + many; nth++) {
          const key = `user${nth}`
          if (set) {
            map.set(key, nth + turn)
            naive.set(key, nth + turn)
          } else {
            map.delete(key)
            naive.delete(key)
          }
        }
        assert.equal(map.size, naive.size)
        for (let nth = 0; nth < 5600; nth++) assert.equal(map.get(`user${nth}`), naive.get(`user${nth}`))
        assert.deepEqual(
          [...map.values()].sort((a, b) => a - b),
          [...naive.values()].sort((a, b) => a - b),
        )
      }
    }),
    { numRuns: 40 },
  )
})

test('keys that all have one hash are kept too', () => {
  const map = new GrowingMap<number, number>(() => 1)
  for (let key = 0; key < 10 * partEntries; key++) map.set(key, -key)
  for (let key = 0; key < 10 * partEntries; key++) assert.equal(map.get(key), -key)
  assert.equal(map.get(-1), undefined)
})

test('no part holds much more than the others, of texts that count up and of numbers', () => {
  const texts = new GrowingMap<string, number>(hashOfText)
  const numbers = new GrowingMap<number, number>((number) => number)
  for (let nth = 0; nth < 100 * partEntries; nth++) {
    texts.set(`u${nth}`, nth)
    numbers.set(2 ** 40 + nth, nth)
  }
  // A part that is still to be split holds twice as many as one that has been.
  assert.ok(texts.largestPart <= 3 * partEntries, String(texts.largestPart))
  assert.ok(numbers.largestPart <= 3 * partEntries, String(numbers.largestPart))
})
