import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { headerBlock, noHeaders } from './header-block.ts'
import { headerPairs } from './header-pairs.fixture.ts'
import type { Header } from './listener.ts'

const name = fc.constantFrom('etag', 'x-request-id', 'content-type', 'a', 'warning')
const value = fc.string({ unit: 'grapheme-ascii', maxLength: 20 }).filter((text) => !text.startsWith(' '))
const headers = fc.array(fc.tuple(name, value), { maxLength: 5 })

test('a block says what its headers say, however it was put together', () => {
  fc.assert(
    fc.property(fc.array(headers, { maxLength: 4 }), (groups: Header[][]) => {
      const block = groups.map(headerBlock).reduce((all, more) => all.and(more), noHeaders)
      assert.deepEqual(headerPairs(block), groups.flat())
    }),
  )
})

test('what would begin another header, or is the driver’s, is refused', () => {
  for (const [header, reason] of [
    [['x', 'a\r\nset-cookie: b'], /control character/],
    [['x', 'a\u0000'], /control character/],
    [['x', 'a\u007f'], /control character/],
    [['x: y', 'a'], /names no header/],
    [['X', 'a'], /names no header/],
    [['', 'a'], /names no header/],
    [['connection', 'close'], /written by the driver/],
    [['content-length', '1'], /written by the driver/],
    [['transfer-encoding', 'chunked'], /written by the driver/],
  ] as const) {
    assert.throws(() => headerBlock([header]), reason)
  }
})
