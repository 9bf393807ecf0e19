import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromUtf8, printable, utf8 } from './text.ts'

test('text goes to UTF-8 and back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(fromUtf8(utf8(text)), text)
    }),
  )
})

test('bytes that are not UTF-8 are refused, not repaired', () => {
  for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf]]) {
    assert.throws(() => fromUtf8(Uint8Array.from(bytes)), { name: 'MacaroonError', message: /is not UTF-8/ })
  }
})

test('printable text is one line of ASCII, and different bytes look different', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ maxLength: 20 }), (one, other) => {
      assert.match(printable(one), /^[\x20-\x7e]*$/)
      assert.equal(printable(one) === printable(other), Buffer.compare(one, other) === 0)
    }),
  )
})

test('printable text is cut at its limit', () => {
  assert.equal(printable(utf8('a'.repeat(128))).length, 128)
  assert.equal(printable(utf8('a'.repeat(129))), 'a'.repeat(127) + '…')
  assert.equal(printable(Uint8Array.from({ length: 1000 })).length, 128)
})
