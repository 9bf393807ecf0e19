import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Foremost } from './foremost.ts'

test('the first few are those a sort would put first', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(1000)), fc.nat(12), (records, max) => {
      const first = new Foremost(max, (a, b) => a < b)
      for (const record of records) first.offer(record)
      assert.deepEqual(first.taken(), records.toSorted((a, b) => a - b).slice(0, max))
    }),
  )
})
