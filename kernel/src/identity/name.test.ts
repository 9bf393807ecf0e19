import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { normalName } from './name.ts'

const rows: readonly (readonly [string, string])[] = [
  ['Café.Example', 'xn--caf-dma.example'],
  ['Cafe\u0301.Example', 'xn--caf-dma.example'],
  ['  node-1.example.com.  ', 'node-1.example.com'],
  ['..a...b..', 'a.b'],
  ['a。b．c｡d', 'a.b.c.d'],
  ['NODE', 'node'],
  ['1.2.3.4', '1.2.3.4'],
  ['１２.７', '12.7'],
  ['a\u00adb', 'ab'],
  ['☃', 'xn--n3h'],
  [`${'a'.repeat(63)}.b`, `${'a'.repeat(63)}.b`],
]

test('a name has one spelling, whatever it was written in', () => {
  for (const [written, normal] of rows) assert.equal(normalName(written), normal, written)
})

test('what cannot name anything is none', () => {
  const long = Array.from({ length: 4 }, () => 'a'.repeat(63)).join('.')
  for (const name of [
    ...['', ' ', '.', '。', 'a b', 'a/b', 'a@b', 'a:1', 'a?b', 'a#b', '%41', 'a\u0000', 'a\nb', '[::1]'],
    ...['a_b', 'a／b', 'a\u3000b', '\ud800', 'a'.repeat(64), `${long}.a`, 'x'.repeat(5_000)],
  ])
    assert.equal(normalName(name), null, JSON.stringify(name))
  assert.equal(normalName(long.slice(0, 253)), long.slice(0, 253))
})

test('a normal name is its own normal form, and is within the limits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (written) => {
      const normal = normalName(written)
      if (normal === null) return
      assert.equal(normalName(normal), normal)
      assert.match(normal, /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/)
      assert.ok(normal.length <= 253)
    }),
    { numRuns: 2_000 },
  )
})
