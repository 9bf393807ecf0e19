import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { checksum } from './checksum.ts'

test('the checksum of the digits 1 to 9 is the published one', () => {
  const digits = new TextEncoder().encode('123456789')
  assert.equal(checksum(digits, 0, digits.length, 0) >>> 0, 0xcbf43926)
})

test('short and long input is summed as zlib does, from any start, in shared memory too', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 600 }),
      fc.nat(20),
      fc.integer(),
      (content, from, start) => {
        const shared = new Uint8Array(new SharedArrayBuffer(content.length))
        shared.set(content)
        const first = Math.min(from, content.length - 1)
        const expected = crc32(content.subarray(first), start >>> 0) | 0
        assert.equal(checksum(shared, first, content.length, start), expected)
      },
    ),
  )
})
