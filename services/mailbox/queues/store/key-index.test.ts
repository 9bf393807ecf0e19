import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { KeyIndex, keyWords, noSlot } from './key-index.ts'
import { KeyIndexOracle } from './key-index.oracle.ts'

/** Few different keys in many slots, and many: the first come again, the others make the table grow. */
const key = fc.oneof(fc.nat(6), fc.integer({ min: 0, max: 2 ** 32 - 1 }))
const step = fc.record({ add: fc.boolean(), key, which: fc.nat() })

test('over any history, also while it grows, the index finds what a map would find', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600, size: 'max' }), (steps) => {
      const words = new Uint32Array(keyWords * (steps.length + 1))
      const keys = { words: () => words }
      const [index, oracle] = [new KeyIndex(keys), new KeyIndexOracle(keys)]
      for (const [n, { add, key: value, which }] of steps.entries()) {
        const slot = n + 1
        words.set([value % 3, value % 5, 0, value], slot * keyWords)
        if (add) {
          index.add(slot)
          oracle.add(slot)
        } else {
          // Also one that was never added, or that another has replaced.
          index.remove(1 + (which % slot))
          oracle.remove(1 + (which % slot))
        }
        assert.equal(index.size, oracle.size)
        const at = (1 + (which % slot)) * keyWords
        assert.equal(index.find(words, at), oracle.find(words, at))
      }
      for (let at = keyWords; at < words.length; at += keyWords)
        assert.equal(index.find(words, at), oracle.find(words, at))
    }),
    { numRuns: 200 },
  )
})

test('what is in it is found at every size it grows through, and gone once removed', () => {
  const count = 5000
  const words = new Uint32Array(keyWords * (count + 1))
  for (let slot = 1; slot <= count; slot++) words.set([slot, 1, 2, 3], slot * keyWords)
  const index = new KeyIndex({ words: () => words })
  for (let slot = 1; slot <= count; slot++) {
    index.add(slot)
    for (const other of [1, slot >> 1, slot])
      assert.equal(index.find(words, other * keyWords), other || noSlot)
  }
  for (let slot = 1; slot <= count; slot++) {
    index.remove(slot)
    assert.equal(index.find(words, slot * keyWords), noSlot)
    if (slot < count) assert.equal(index.find(words, (slot + 1) * keyWords), slot + 1)
  }
  assert.equal(index.size, 0)
})
