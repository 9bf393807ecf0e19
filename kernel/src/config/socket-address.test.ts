import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { isLoopback, isWildcard, parseSocketAddress } from './socket-address.ts'

test('an address is a host and a port', () => {
  assert.deepEqual(parseSocketAddress('127.0.0.1:8080'), { host: '127.0.0.1', port: 8080 })
  assert.deepEqual(parseSocketAddress('[::1]:0'), { host: '::1', port: 0 })
  assert.deepEqual(parseSocketAddress('localhost:65535'), { host: 'localhost', port: 65_535 })
  assert.deepEqual(parseSocketAddress('node-1.example.org:80'), { host: 'node-1.example.org', port: 80 })
})

test('what is not host:port is no address', () => {
  const wrong = [
    '',
    ':',
    '8080',
    ':8080',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:65536',
    '127.0.0.1:-1',
    'a:1:2',
  ]
  const hosts = [
    '::1:80',
    '[127.0.0.1]:80',
    '[]:80',
    '[::1]',
    '999.1.1.1:80',
    '1.2.3:80',
    '-a:80',
    'a_b:80',
    'a..b:80',
  ]
  const noise = [
    ' 127.0.0.1:80',
    '127.0.0.1 :80',
    '127.0.0.1:8 0',
    'http://a:80',
    'a:0x50',
    `${'a'.repeat(64)}:80`,
  ]
  for (const text of [...wrong, ...hosts, ...noise]) assert.equal(parseSocketAddress(text), null, text)
})

test('every IPv4 and IPv6 address with a port is read back', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV6(), fc.integer({ min: 0, max: 65_535 }), (v4, v6, port) => {
      assert.deepEqual(parseSocketAddress(`${v4}:${port}`), { host: v4, port })
      assert.deepEqual(parseSocketAddress(`[${v6}]:${port}`), { host: v6, port })
    }),
  )
})

test('loopback is what only this machine can reach, however it is spelled', () => {
  const inside = [
    '127.0.0.1',
    '127.255.255.254',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    'localhost',
    'LocalHost',
  ]
  const outside = [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '128.0.0.1',
    '::2',
    '::ffff:8.8.8.8',
    'localhost.example.org',
    'node',
    '',
  ]
  for (const host of inside) assert.equal(isLoopback(host), true, host)
  for (const host of outside) assert.equal(isLoopback(host), false, host)
})

test('a wildcard stands for every address', () => {
  for (const host of ['0.0.0.0', '::', '0:0:0:0:0:0:0:0']) assert.equal(isWildcard(host), true, host)
  for (const host of ['127.0.0.1', '::1', 'localhost', '*']) assert.equal(isWildcard(host), false, host)
})
