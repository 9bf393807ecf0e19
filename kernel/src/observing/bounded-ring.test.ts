import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BoundedRing } from './bounded-ring.ts'

test('the last items are kept, and no more than the bounds allow', () => {
  const ring = new BoundedRing<number>({ countMax: 3, bytesMax: 10 })
  for (const item of [1, 2, 3, 4, 5]) ring.push(item, 2)
  assert.deepEqual([ring.items(), ring.length, ring.bytes, ring.dropped], [[3, 4, 5], 3, 6, 2])
  ring.push(6, 8)
  assert.deepEqual([ring.items(), ring.bytes, ring.dropped], [[5, 6], 10, 4])
  ring.push(7, 11)
  assert.deepEqual([ring.items(), ring.bytes, ring.dropped], [[], 0, 7])
  ring.push(8, 1)
  assert.deepEqual(ring.items(), [8])
})

test('whatever comes, it is a suffix of what came, within both bounds', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 9 })),
      fc.integer({ min: 1, max: 6 }),
      (sizes, countMax) => {
        const ring = new BoundedRing<number>({ countMax, bytesMax: 12 })
        for (const [n, size] of sizes.entries()) ring.push(n, size)
        const kept = ring.items()
        assert.deepEqual(kept, [...sizes.keys()].slice(sizes.length - kept.length))
        const bytes = kept.reduce((sum, n) => sum + (sizes[n] ?? 0), 0)
        assert.equal(ring.bytes, bytes)
        assert(bytes <= 12 && kept.length <= countMax)
      },
    ),
  )
})
