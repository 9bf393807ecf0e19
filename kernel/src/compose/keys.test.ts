import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readHexKey } from './keys.ts'

const digits = '00ff10A0'.repeat(8)
const file = (text: string) => ({ ok: true, bytes: Uint8Array.from(Buffer.from(text)) }) as const
const read = (text: string) => readHexKey('a.setting', '/key', file(text))

test('a key is 64 hex digits, with white space around them, and what was read is overwritten', () => {
  const expected = Uint8Array.from(Buffer.from(digits, 'hex'))
  for (const text of [digits, `${digits}\n`, `\t ${digits}\r\n`]) assert.deepEqual(read(text), expected, text)
  const given = file(digits)
  readHexKey('a.setting', '/key', given)
  assert(given.bytes.every((byte) => byte === 0))
})

test('anything else is refused with the setting, the path and what makes a key', () => {
  const refused =
    /^Error: a\.setting: \/key does not hold 64 hex digits; make them with openssl rand -hex 32$/
  for (const text of [
    '',
    ' \n',
    digits.slice(1),
    `${digits}0`,
    `${digits.slice(2)}g0`,
    `${digits.slice(0, 32)} ${digits.slice(33)}`,
    `${digits.slice(2)}\u00e9`,
  ])
    assert.throws(() => read(text), refused, JSON.stringify(text))
})
