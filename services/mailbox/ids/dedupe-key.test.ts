import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeLetter } from '@ron/kernel/contract/packed/letter'
import { DedupeKeys } from './dedupe-key.ts'

const keys = new DedupeKeys()

function keyOf(tenant: string, topic: string, idem_key: string, payload: string, attrs = {}): string {
  const into = Buffer.alloc(20)
  keys.write(
    tenant,
    topic,
    encodeLetter({ idem_key, attrs, payload: new TextEncoder().encode(payload) }),
    into,
    4,
  )
  return into.toString('hex', 4)
}

test('a send is the same under the same tenant, topic, key and payload, whatever its attributes', () => {
  const key = keyOf('t', 'q', 'k', 'hello')
  assert.equal(keyOf('t', 'q', 'k', 'hello'), key)
  assert.equal(keyOf('t', 'q', 'k', 'hello', { a: '1' }), key)
  const others = [
    keyOf('u', 'q', 'k', 'hello'),
    keyOf('t', 'r', 'k', 'hello'),
    keyOf('t', 'q', 'l', 'hello'),
    keyOf('t', 'q', 'k', 'hullo'),
    key,
  ]
  assert.equal(new Set(others).size, 5)
})

test('keys differ when the same characters are divided differently', () => {
  assert.notEqual(keyOf('tq', 'q', 'k', 'p'), keyOf('t', 'qq', 'k', 'p'))
  assert.notEqual(keyOf('t', 'q', 'kp', 'p'), keyOf('t', 'q', 'k', 'pp'))
  assert.notEqual(keyOf('t', 'q1:', 'k', 'p'), keyOf('t', 'q', '1:k', 'p'))
})

test('a key does not hang on what was written before it, however long that was', () => {
  const before = keyOf('t', 'q', 'k', 'short')
  keyOf('another', 'topic', 'k', 'x'.repeat(100_000))
  assert.equal(keyOf('t', 'q', 'k', 'short'), before)
})
