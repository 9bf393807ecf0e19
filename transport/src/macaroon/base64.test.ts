import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromBase64, toBase64Url } from './base64.ts'
import { MacaroonError } from './error.ts'

test('bytes are written as base64url without padding, as Buffer writes them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.equal(toBase64Url(bytes), Buffer.from(bytes).toString('base64url'))
    }),
  )
})

test('both alphabets are read, with or without padding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const standard = Buffer.from(bytes).toString('base64')
      const texts = [toBase64Url(bytes), standard, standard.replace(/=+$/, '')]
      for (const text of texts) assert.deepEqual(fromBase64(text), bytes)
    }),
  )
})

test('whatever is read writes back to the same text', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'AQgw-_+/=9'.split('')), maxLength: 12 }), (text) => {
      const bytes = readOrNull(text)
      if (bytes === null) return
      const plain = text.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_')
      assert.equal(toBase64Url(bytes), plain)
    }),
  )
})

test('junk is refused and says where', () => {
  for (const [text, message] of [
    ['AAAA AAA', /character 5/],
    ['AAAé', /character 4/],
    ['AAAA\n', /cut off|character 5/],
    ['A', /cut off/],
    ['AAAAA', /cut off/],
    ['AB', /stray bits/],
    ['AAB', /stray bits/],
    ['AA=', /padding/],
    ['AAAA=', /padding/],
    ['A===', /character 2/],
    ['=AAA', /character 1/],
    ['A=AA', /character 2/],
  ] as const) {
    assert.throws(() => fromBase64(text), { name: 'MacaroonError', message }, text)
  }
})

function readOrNull(text: string): Uint8Array | null {
  try {
    return fromBase64(text)
  } catch (error) {
    assert.ok(error instanceof MacaroonError)
    return null
  }
}
