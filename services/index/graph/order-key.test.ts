import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderKey } from './order-key.ts'

const name = fc
  .tuple(
    fc.constantFrom('', 'user:', 'user:東', 'user:\u00ff', 'x'.repeat(510)),
    fc.string({
      unit: fc.constantFrom('\0', 'a', 'b', '\u00fe', '\u00ff', '\u0100', '東', '\ud800'),
      maxLength: 7,
    }),
  )
  .map((parts) => parts.join(''))

test('names of different keys are in the order of their keys, whatever the reference', () => {
  fc.assert(
    fc.property(name, name, name, (a, b, reference) => {
      const [keyA, keyB] = [orderKey(a, reference), orderKey(b, reference)]
      if (keyA !== keyB) assert.equal(keyA < keyB, a < b)
      assert.ok(Number.isSafeInteger(keyA) && keyA >= 0)
    }),
    { numRuns: 5000 },
  )
})

test('names that differ soon behind what the reference has in common with them have different keys', () => {
  const keys = new Set(Array.from({ length: 2000 }, (_, i) => orderKey(`user:${i}`, 'user:5')))
  assert.equal(keys.size, 2000)
})
