import assert from 'node:assert/strict'
import { test } from 'node:test'
import { repeatable } from './repeatable.ts'

const put = { route: 'PUT /objects/*name' }

test('reading, replacing and removing are repeatable, creating is not', () => {
  assert.equal(repeatable({ route: 'GET /objects/*name' }, { name: 'a', if_match: '"x"' }), 'always')
  assert.equal(repeatable(put, { name: 'a' }), 'always')
  assert.equal(repeatable({ route: 'DELETE /objects/*name' }, { name: 'a' }), 'always')
  assert.equal(repeatable({ route: 'POST /feed/post' }, { author: 'a' }), 'untouched')
})

test('an idempotency key makes a POST repeatable', () => {
  const send = { route: 'POST /v1/mailbox/send' }
  assert.equal(repeatable(send, { topic: 't', idem_key: 'k' }), 'always')
  assert.equal(repeatable(send, { topic: 't', idempotency_key: 'k' }), 'always')
  assert.equal(repeatable(send, { topic: 't', idempotency_key: undefined }), 'untouched')
})

test('a batch is, since each message in it has a key', () => {
  assert.equal(repeatable({ route: 'POST /v1/mailbox/send_batch' }, { topic: 't' }), 'always')
  assert.equal(repeatable({ route: 'POST /v1/mailbox/packed/send/*topic' }, { topic: 't' }), 'always')
  assert.equal(repeatable({ route: 'POST /v1/mailbox/packed/recv/*topic' }, { topic: 't' }), 'untouched')
})

test('a write under a precondition is not: its second try would meet what the first one did', () => {
  assert.equal(repeatable(put, { name: 'a', if_none_match: '*' }), 'untouched')
  assert.equal(repeatable(put, { name: 'a', if_match: '"b3:0"' }), 'untouched')
})
