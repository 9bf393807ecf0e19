import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  checkedBase,
  checkedCap,
  checkedPath,
  checkedSessions,
  checkedTarget,
  type SessionOptions,
} from './options.ts'

test('a base URL loses the slashes at its end and keeps its path', () => {
  assert.equal(checkedBase('http://127.0.0.1:8080'), 'http://127.0.0.1:8080')
  assert.equal(checkedBase('https://node.example/'), 'https://node.example')
  assert.equal(checkedBase('https://example.org/ron//'), 'https://example.org/ron')
})

test('what is not a plain http or https URL is refused with an example', () => {
  for (const baseUrl of ['', '127.0.0.1:8080', 'localhost:8080', 'ws://127.0.0.1', 'file:///etc/passwd']) {
    assert.throws(() => checkedBase(baseUrl), /such as http:\/\/127\.0\.0\.1:8080/, baseUrl)
  }
  for (const baseUrl of ['http://u:p@127.0.0.1', 'http://127.0.0.1?cap=x', 'http://127.0.0.1#x']) {
    assert.throws(() => checkedBase(baseUrl), /a token goes in cap/, baseUrl)
  }
})

test('a Unix socket is a path, and TLS is for https, with certificate and key together', () => {
  const socket = { base: 'http://localhost', target: { kind: 'socket', path: '/run/node.sock' } }
  assert.deepEqual(checkedTarget('unix:/run/node.sock', undefined), socket)
  assert.deepEqual(checkedTarget('http://a:1/', undefined), { base: 'http://a:1', target: null })
  const trust = { ca: 'PEM' }
  assert.deepEqual(checkedTarget('https://a:1', trust), {
    base: 'https://a:1',
    target: { kind: 'tls', trust },
  })
  assert.throws(() => checkedTarget('unix:node.sock', undefined), /must be an http or https URL/)
  assert.throws(() => checkedTarget('unix:/run/node.sock', trust), /no TLS is spoken over a Unix socket/)
  assert.throws(() => checkedTarget('http://a:1', trust), /tls is for https, and baseUrl is http:\/\/a:1/)
  assert.throws(() => checkedTarget('https://a:1', { cert: 'PEM' }), /belong together; give both, or neither/)
})

test('a token may have blanks around it, as one read from a file does', () => {
  assert.equal(checkedCap(' AgEDcm9u\n'), 'AgEDcm9u')
})

test('no token and an empty one are the same', () => {
  assert.equal(checkedCap(undefined), undefined)
  assert.equal(checkedCap(''), undefined)
  assert.equal(checkedCap(' \n'), undefined)
})

test('a token that is none is refused without being repeated', () => {
  assert.throws(
    () => checkedCap('not a token\r\nx: y'),
    (error) =>
      error instanceof TypeError && /base64/.test(error.message) && !error.message.includes('not a token'),
  )
})

test('a path that could change the host is refused', () => {
  assert.equal(checkedPath('/objects/a'), '/objects/a')
  for (const path of ['objects/a', '@evil.example/', '.evil.example/', ':80/', '']) {
    assert.throws(() => checkedPath(path), /begins with "\/"/, path)
  }
})

test('sessions are of OAP; a pin asks for one, and what would only look safe is refused', () => {
  const ports = { now: () => 0, bytes: () => new Uint8Array(0), load: () => assert.fail('nothing is loaded') }
  const modeOf = (options: SessionOptions) => checkedSessions(options, ports)?.mode ?? null
  const node = 'a'.repeat(64)
  assert.equal(modeOf({}), null)
  assert.equal(modeOf({ carrier: 'oap' }), 'prefer')
  assert.equal(modeOf({ carrier: 'oap', pq: 'off' }), null)
  assert.equal(modeOf({ carrier: 'oap', node }), 'require')
  assert.throws(() => modeOf({ pq: 'require' }), /needs carrier 'oap'/)
  assert.throws(() => modeOf({ node }), /needs carrier 'oap'/)
  assert.throws(() => modeOf({ carrier: 'oap', node, pq: 'prefer' }), /verified in a session only/)
  assert.throws(() => modeOf({ carrier: 'oap', node: 'A'.repeat(64) }), /64 lower-case hex digits/)
})
