import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeChange, encodeChange, type Change } from './changes.ts'

const tenant = fc.string({ maxLength: 32 })
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 })
const address = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((digest) => `b3:${Buffer.from(digest).toString('hex')}`)
const plain = { noNullPrototype: true }
const found = fc.record({ address, bytes: fc.maxSafeNat(), type: fc.string({ maxLength: 255 }) }, plain)
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('bind' as const), tenant, name, found }, plain),
  fc.record({ kind: fc.constant('unbind' as const), tenant, name }, plain),
  fc.record({ kind: fc.constant('pin' as const), tenant, found }, plain),
  fc.record({ kind: fc.constant('unpin' as const), tenant, address }, plain),
)

test('every change comes back from its record as it was', () => {
  fc.assert(fc.property(change, (written) => assert.deepEqual(decodeChange(encodeChange(written)), written)))
})

test('a record of no known kind is refused', () => {
  assert.throws(() => decodeChange(Uint8Array.of(9, 0)), /begins with 9, which is no kind of change/)
})

test('a text too long for its length is a mistake, not a truncation', () => {
  assert.throws(() => encodeChange({ kind: 'unbind', tenant: 'x'.repeat(256), name: 'a' }), RangeError)
})
