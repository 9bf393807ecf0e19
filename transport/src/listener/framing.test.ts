import assert from 'node:assert/strict'
import test from 'node:test'
import { Refusal } from '@ron/kernel/contract/refusals'
import { bodyLength, headBytes } from './framing.ts'
import type { Headers } from './headers.ts'

const framed = (...headers: Headers) => bodyLength([['host', 'node'], ...headers])

function refuses(result: number | null | Refusal, message: RegExp): void {
  assert.ok(result instanceof Refusal, `was taken as ${String(result)}`)
  assert.equal(result.code, 'BadRequest')
  assert.match(result.message, message)
}

test('a request without framing headers has no body', () => {
  assert.equal(framed(), 0)
})

test('one Content-Length is the length, one "chunked" is an unknown length', () => {
  assert.equal(framed(['content-length', '42']), 42)
  assert.equal(framed(['content-length', '0']), 0)
  assert.equal(framed(['transfer-encoding', 'chunked']), null)
  assert.equal(framed(['transfer-encoding', 'Chunked']), null)
})

test('Content-Length twice is refused, equal or not', () => {
  refuses(framed(['content-length', '3'], ['content-length', '5']), /2 times/)
  refuses(framed(['content-length', '3'], ['content-length', '3']), /2 times/)
})

test('a Content-Length that is not digits is refused', () => {
  for (const text of ['', '+5', '-1', '0x5', '5 ', '5,5', '1e3', '5.0', '9'.repeat(16), '٣']) {
    refuses(framed(['content-length', text]), /whole number/)
  }
})

test('any Transfer-Encoding but "chunked" is refused', () => {
  for (const text of [
    'xchunked',
    'chunked, chunked',
    'gzip, chunked',
    'identity',
    '',
    'chunked;q=1',
    ' chunked',
  ]) {
    refuses(framed(['transfer-encoding', text]), /"chunked"/)
  }
  refuses(framed(['transfer-encoding', 'chunked'], ['transfer-encoding', 'chunked']), /more than once/)
})

test('Content-Length beside Transfer-Encoding is refused', () => {
  refuses(framed(['content-length', '3'], ['transfer-encoding', 'chunked']), /exclude/)
  refuses(framed(['transfer-encoding', 'xchunked'], ['content-length', '3']), /exclude/)
})

test('a request names one Host', () => {
  refuses(bodyLength([]), /one Host, this one 0/)
  refuses(
    bodyLength([
      ['host', 'a'],
      ['host', 'b'],
    ]),
    /one Host, this one 2/,
  )
})

test('the size of a head counts what was sent', () => {
  const sent = 'GET /a HTTP/1.1\r\nHost: node\r\nX: 1\r\n\r\n'
  assert.equal(
    headBytes('GET /a HTTP/1.1'.length, [
      ['host', 'node'],
      ['x', '1'],
    ]),
    sent.length,
  )
})
