import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromBase64, toBase64 } from './payload.ts'

test('any bytes survive the way to base64 and back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      assert.deepEqual(fromBase64(toBase64(bytes)), bytes)
    }),
  )
})

test('what is not base64 with padding is refused, not repaired', () => {
  for (const text of ['a', 'YQ', 'YQ=', 'YQ===', 'YQ==YQ==', 'Y Q=', 'YQ-_', '====', 'äöüß']) {
    assert.equal(fromBase64(text), null, text)
  }
  assert.deepEqual(fromBase64(''), new Uint8Array(0))
})

test('decoded bytes own their memory, so overwriting them overwrites nothing else', () => {
  assert.equal(fromBase64('YQ==')?.buffer.byteLength, 1)
})

test('a view into a larger buffer encodes its own bytes only', () => {
  assert.equal(toBase64(new Uint8Array([1, 2, 3, 97, 4]).subarray(3, 4)), 'YQ==')
})
