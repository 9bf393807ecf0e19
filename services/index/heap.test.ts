import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Heap } from './heap.ts'

test('a heap gives its items in order, as many as are asked for', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60, size: 'max' }),
      fc.nat(30),
      (items, count) => {
        const sorted = [...items].sort((a, b) => a - b)
        const heap = new Heap([...items], (a, b) => a < b)
        assert.equal(heap.size, items.length)
        assert.deepEqual(heap.take(count), sorted.slice(0, count))
        assert.deepEqual(heap.take(items.length), sorted.slice(count))
        assert.equal(heap.pop(), undefined)
      },
    ),
  )
})
