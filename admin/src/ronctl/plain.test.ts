import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columns, plain, visible } from './plain.ts'

test('scalars are names and values, lists of objects tables, in sections of their own', () => {
  const status = {
    profile: 'micro',
    ready: true,
    features: ['feed', 'search'],
    services: [
      { name: 'storage', health: 'healthy', because: '' },
      { name: 'zk-verify', health: 'degraded', because: 'not enabled' },
    ],
  }
  assert.equal(
    plain(status),
    [
      'profile   micro',
      'ready     yes',
      'features  feed, search',
      '',
      'services',
      '  name       health    because',
      '  storage    healthy   -',
      '  zk-verify  degraded  not enabled',
    ].join('\n'),
  )
})

test('an object of objects is a table whose first column is the names', () => {
  const readiness = {
    ready: false,
    checks: { policy: { ok: false, because: 'no answer' }, entropy: { ok: true } },
  }
  assert.equal(
    plain(readiness),
    [
      'ready  no',
      '',
      'checks',
      '  name     ok   because',
      '  policy   no   no answer',
      '  entropy  yes',
    ].join('\n'),
  )
})

test('what has no shape of its own is shown all the same', () => {
  assert.equal(plain(7), '7')
  assert.equal(plain(null), '-')
  assert.equal(plain([]), '-')
  assert.equal(plain({}), '-')
  assert.equal(plain({ checks: {}, none: [] }), 'checks  -\nnone    -')
  assert.equal(plain({ mixed: [1, { a: 2 }] }), 'mixed  [1,{"a":2}]')
  assert.equal(plain({ a: { b: { c: [1, [2]] } } }), 'a\n  name  c\n  b     [1,[2]]')
  assert.equal(plain([{ a: 1 }, { b: 2 }]), 'a  b\n1\n   2')
})

test('what a node says cannot move the cursor', () => {
  assert.equal(plain({ 'a\u001b[2J': 'b\r\u009b31m\u202e' }), 'a\\u001b[2J  b\\u000d\\u009b31m\\u202e')
  assert.equal(visible('two\nlines'), 'two\\u000alines')
})

test('columns are as wide as their widest cell, and no line ends in blanks', () => {
  assert.equal(columns([['a', 'long'], ['longer', ''], ['x']]), 'a       long\nlonger\nx')
})
