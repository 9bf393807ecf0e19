import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Foremost } from './foremost.ts'
import { setNameKeys } from './name-keys.ts'

test('the first few are those a sort would put first', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(1000)), fc.nat(12), (records, max) => {
      const first = new Foremost(max, (a, b) => a < b)
      for (const record of records) first.offer(record)
      assert.deepEqual(first.taken(), records.toSorted((a, b) => a - b).slice(0, max))
    }),
  )
})

test('keys never put names in another order than their characters do', () => {
  const name = fc
    .tuple(fc.constantFrom('', 'user:', 'user:東'), fc.string({ unit: 'binary', maxLength: 5 }))
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.array(name, { maxLength: 6 }), (names) => {
      const keys = new Float64Array(names.length)
      setNameKeys(keys, 0, names.length, (i) => names[i] ?? '')
      for (const [i, a] of names.entries()) {
        for (const [j, b] of names.entries()) {
          const [keyA, keyB] = [keys[i] ?? 0, keys[j] ?? 0]
          if (keyA !== keyB) assert.equal(keyA < keyB, a < b, JSON.stringify([a, b]))
        }
      }
    }),
  )
})
