import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AddressReader } from './address-reader.ts'

const hex = '0123456789abcdef'.repeat(4)

test('an address is read into the bytes of its digest', () => {
  const reader = new AddressReader()
  assert.ok(reader.read(`b3:${hex}`))
  assert.equal(Buffer.from(reader.digest.buffer).toString('hex'), hex)
  assert.ok(reader.read(`b3:${'f'.repeat(64)}`))
  assert.ok(reader.digest.every((word) => word === -1))
})

for (const [what, text] of [
  ['nothing', ''],
  ['a digest without its scheme', hex],
  ['another scheme', `b2:${hex}`],
  ['a digit too few', `b3:${hex.slice(1)}`],
  ['a digit too many', `b3:${hex}0`],
  ['capitals', `b3:${hex.toUpperCase()}`],
  ['a sign before the digits', `b3:${hex.replace('0', '/')}`],
  ['a sign between digits and letters', `b3:${hex.replace('9', ':')}`],
  ['a sign before the letters', `b3:${hex.replace('a', '`')}`],
  ['a letter too far', `b3:${hex.replace('f', 'g')}`],
  ['a letter of another script that ends like a digit', `b3:${hex.replace('0', '\u{130}')}`],
] as const) {
  test(`${what} is no address`, () => {
    assert.equal(new AddressReader().read(text), false)
  })
}
