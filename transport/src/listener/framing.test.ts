import assert from 'node:assert/strict'
import test from 'node:test'
import { Refusal } from '@ron/kernel/contract/refusals'
import { bodyLength, framingIn, framingOf, headBytes } from './framing.ts'
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

test('a Host is a name or an address, and perhaps a port', () => {
  const named = (host: string) => bodyLength([['host', host]])
  for (const host of ['', 'node', 'node:80', 'a.b-c_d.example', '127.0.0.1:', '[::1]', '[fe80::1%25eth0]:80'])
    assert.equal(named(host), 0, host)
  for (const host of [
    'a b',
    'a/b',
    'user@node',
    '[]',
    '[::1',
    '[::1]x',
    ':x',
    'a:1:2',
    'a\u00e9',
    'a"',
    'a,b ',
  ])
    refuses(named(host), /Host is no name or address/)
})

test('a target is a path, and in HTTP/1.0 there are no chunks', () => {
  const asked = (path: string) =>
    framingOf({ method: 'GET', path, query: '', headers: [['host', 'node']] }, 4_096)
  assert.equal(asked('/a'), 0)
  for (const path of ['http://node/a', 'node:80', '*', '', 'a']) refuses(asked(path), /names a path/)
  assert.equal(framingIn('1.1', null), null)
  assert.equal(framingIn('1.0', 5), 5)
  refuses(framingIn('1.0', null), /HTTP\/1\.0 has no chunks/)
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
