import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { better, lengthened, offsetOf, posting, shortLengthOf, SPAN, timesOf } from './postings.ts'

const slot = fc.nat(2 ** 31 - 2)

test('a posting gives back what was packed, up to the width of each part', () => {
  fc.assert(
    fc.property(slot, fc.nat(100), fc.nat(511), (slot, times, length) => {
      const packed = posting(slot, times, length)
      assert.ok(packed >= 0 && packed < 2 ** 32)
      assert.deepEqual(
        [offsetOf(packed), timesOf(packed), lengthened(shortLengthOf(packed))],
        [slot % SPAN, Math.min(times, 63), length],
      )
    }),
  )
})

test('a length from 512 on loses less than a thirty-second, and a longer one is never kept as a shorter', () => {
  fc.assert(
    fc.property(fc.integer({ min: 512, max: 2 ** 25 - 1 }), fc.nat(2 ** 25 - 1), (length, other) => {
      const kept = (length: number) => shortLengthOf(posting(0, 1, length))
      const again = lengthened(kept(length))
      assert.ok(again <= length && again > length - length / 32, `${length} is kept as ${again}`)
      assert.ok(other >= length ? kept(other) >= kept(length) : kept(other) <= kept(length))
    }),
  )
  assert.equal(posting(0, 1, 2 ** 30), posting(0, 1, 2 ** 25 - 1))
})

test('the better of two weights has the more times and the shorter length', () => {
  assert.equal(better(posting(7, 3, 40), posting(9, 2, 30)), posting(0, 3, 30))
  assert.equal(better(posting(7, 70, 40), posting(9, 2, 9_999)), posting(0, 63, 40))
})
