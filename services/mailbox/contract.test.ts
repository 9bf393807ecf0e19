import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Check } from 'typebox/value'
import { mailbox } from './contract.ts'

const { send, recv, ack, subscribe, post, home, topic } = mailbox.operations
const letter = { topic: 'q', idem_key: 'k', payload_b64: 'aGk=' }

test('codes and routes are unique', () => {
  const { usage, ...open } = mailbox.operations
  assert.equal(usage.door, null)
  const doors = Object.values(open).flatMap(({ door }) => door ?? [])
  assert.equal(doors.length, Object.keys(open).length)
  assert.equal(new Set(doors.map(({ code }) => code)).size, doors.length)
  assert.equal(new Set(doors.map(({ http }) => http.route)).size, doors.length)
})

test('unknown fields are refused everywhere', () => {
  for (const [name, { request, response }] of Object.entries(mailbox.operations)) {
    assert.equal('additionalProperties' in request && request.additionalProperties, false, name)
    assert.equal('additionalProperties' in response && response.additionalProperties, false, name)
  }
  assert.equal(Check(send.request, letter), true)
  assert.equal(Check(send.request, { ...letter, extra: 1 }), false)
})

test('topics are paths of plain segments', () => {
  for (const name of ['q', 'a/b', 'a.b-c_d~e:f@g', 'dlq/a', 'x'.repeat(256)]) {
    assert.equal(Check(topic.request, { topic: name }), true, name)
  }
  for (const name of ['', '/', 'a/', '/a', 'a//b', '..', 'a/../b', '.a', 'a b', 'ä', 'x'.repeat(261)]) {
    assert.equal(Check(topic.request, { topic: name }), false, name)
  }
  assert.equal(Check(send.request, { ...letter, topic: 'x'.repeat(257) }), false)
})

test('keys, attributes and numbers are held to their limits', () => {
  for (const idem_key of ['', 'a b', 'x'.repeat(129), 'ä']) {
    assert.equal(Check(send.request, { ...letter, idem_key }), false, idem_key)
  }
  const many = Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`n${n}`, '']))
  for (const attrs of [many, { 'a b': '' }, { a: 'x'.repeat(257) }, { a: 1 }]) {
    assert.equal(Check(send.request, { ...letter, attrs }), false, JSON.stringify(attrs))
  }
  assert.equal(Check(send.request, { ...letter, attrs: { 'a.b-c_D9': 'x' } }), true)
  for (const wrong of [
    { visibility_ms: 249 },
    { max_messages: 257 },
    { max_bytes: 0 },
    { wait_ms: 20_001 },
    { wait_ms: 1.5 },
  ]) {
    assert.equal(Check(recv.request, { topic: 'q', ...wrong }), false, JSON.stringify(wrong))
  }
  assert.equal(Check(ack.request, { msg_id: '01ARYZ6S41TSV4RRFFQ69G5FAV' }), true)
  for (const msg_id of [
    '',
    '01aryz6s41tsv4rrffq69g5fav',
    '81ARYZ6S41TSV4RRFFQ69G5FAV',
    '01ARYZ6S41TSV4RRFFQ69G5FAVX',
  ]) {
    assert.equal(Check(ack.request, { msg_id }), false, msg_id)
  }
})

test('posts are held to 4096 characters and 8 distinct addresses', () => {
  const address = (n: number) => `b3:${String(n).repeat(64)}`
  assert.equal(Check(post.request, { author: 'ann', text: 'x'.repeat(4096) }), true)
  assert.equal(Check(post.request, { author: 'ann', text: 'x'.repeat(4097) }), false)
  assert.equal(
    Check(post.request, { author: 'ann', attachments: [0, 1, 2, 3, 4, 5, 6, 7].map(address) }),
    true,
  )
  assert.equal(
    Check(post.request, { author: 'ann', attachments: [0, 1, 2, 3, 4, 5, 6, 7, 8].map(address) }),
    false,
  )
  assert.equal(Check(post.request, { author: 'ann', attachments: [address(1), address(1)] }), false)
  assert.equal(Check(home.request, { user: 'ann\n' }), false)
  assert.equal(Check(home.request, { user: 'Ann Ö. 你好' }), true)
})

test('a cursor is the id of a post, with a score before it in a ranking', () => {
  const id = '01ARYZ6S41TSV4RRFFQ69G5FAV'
  for (const cursor of [id, `39467.25~${id}`, `-1e-7~${id}`]) {
    assert.equal(Check(home.request, { user: 'zoe', cursor, rank: 'top' }), true, cursor)
  }
  for (const cursor of ['', '1', `~${id}`, `1~2~${id}`, `x~${id}`, `${id}~1`]) {
    assert.equal(Check(home.request, { user: 'zoe', cursor }), false, cursor)
  }
  assert.equal(Check(home.request, { user: 'zoe', rank: 'best' }), false)
})

test('a notice of loss and a message are both events of a subscription', () => {
  assert.equal(Check(subscribe.events, { kind: 'lost', count: 3 }), true)
  assert.equal(Check(subscribe.events, { kind: 'other' }), false)
})
