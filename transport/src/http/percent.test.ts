import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Refusal } from '@ron/kernel/contract/refusals'
import { decodePercent } from './percent.ts'

const refused = (message: RegExp) => (error: unknown) =>
  error instanceof Refusal && error.code === 'BadRequest' && message.test(error.message)

test('what encodeURIComponent wrote is read back, but for control characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
      const encoded = encodeURIComponent(text)
      if (/\p{Cc}/u.test(text)) assert.throws(() => decodePercent(encoded, 'it'), refused(/control/))
      else assert.equal(decodePercent(encoded, 'it'), text)
    }),
  )
})

test('it agrees with decodeURIComponent wherever both take the input', () => {
  const letters = fc.constantFrom('%', '4', '1', 'e', '9', 'C', 'f', 'z', 'é')
  fc.assert(
    fc.property(fc.string({ unit: letters, maxLength: 12 }), (encoded) => {
      let mine: string | null = null
      let theirs: string | null = null
      try {
        mine = decodePercent(encoded, 'it')
      } catch (error) {
        assert.ok(error instanceof Refusal)
      }
      try {
        theirs = decodeURIComponent(encoded)
      } catch {}
      if (mine !== null) assert.equal(mine, theirs)
      else if (theirs !== null) assert.match(theirs, /\p{Cc}|é/u)
    }),
  )
})

test('broken escapes are refused', () => {
  for (const encoded of ['%', '%4', '%zz', '%4g', 'a%', '%%41', '%u0041', '%+1', '% 1']) {
    assert.throws(() => decodePercent(encoded, 'the name'), refused(/the name holds/), encoded)
  }
})

test('invalid, overlong and cut UTF-8 is refused', () => {
  for (const encoded of ['%ff', '%c0%af', '%e0%80%af', '%c3', '%ed%a0%80', '%f4%90%80%80', '%80']) {
    assert.throws(() => decodePercent(encoded, 'the name'), refused(/UTF-8/), encoded)
  }
})

test('control characters are refused, bare and encoded', () => {
  for (const encoded of ['%00', 'a%0d%0ab', '%7f', '%c2%80', '\u0000', '\n', '\u007f', ' ', 'é', '\ufffd']) {
    assert.throws(
      () => decodePercent(encoded, 'the name'),
      refused(/the name holds/),
      JSON.stringify(encoded),
    )
  }
})

test('a byte order mark is a character like any other', () => {
  assert.equal(decodePercent('%ef%bb%bfa', 'it'), '\ufeffa')
})
