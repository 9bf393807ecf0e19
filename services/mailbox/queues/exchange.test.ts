import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callBy, journalPlace, refusal, system } from '../../testing.ts'
import { Ulids } from '../ids/ulid.ts'
import { openState } from '../journal/state.ts'
import { HandClock } from '../testing/hand-clock.ts'
import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'
import { Exchange, type Letter } from './exchange.ts'
import type { Message } from './message.ts'

const { call } = callBy()
const day = 86_400_000
const utf8 = (text: string) => new TextEncoder().encode(text)

const usual = {
  bytesMax: 100_000,
  topicsMax: 10,
  inflightMax: 100,
  dedupeMax: 1000,
  ackedMax: 100,
  depthMax: 100,
  feedBytesMax: 0,
  timelineMax: 0,
  journalBytes: 2 ** 20,
}

async function rig(limits: Partial<typeof usual> = {}) {
  const most = { ...usual, ...limits }
  const clock = new HandClock()
  const random = seededRandom()
  const state = await openState(most, journalPlace(most.journalBytes).open(), system.log)
  const { depot, budgets } = state
  const heard: string[] = []
  const exchange = new Exchange({
    clock,
    random,
    ulids: new Ulids(clock, random),
    depot,
    commit: state.commitQueue,
    budgets,
    room: state.room,
    limits: {
      depthMax: most.depthMax,
      dedupeMs: 300_000,
      attemptsMax: 5,
      retentionMs: 7 * day,
      deadRetentionMs: 14 * day,
      backoff: { baseMs: 200, capMs: 60_000 },
    },
    events: {
      arrived: (_, topic) => heard.push(`arrived ${topic}`),
      ready: (tenant, topic) => heard.push(`ready ${tenant} ${topic}`),
      died: () => heard.push('died'),
      expired: () => heard.push('expired'),
    },
  })
  let keys = 0
  const send = (text: string, more: Partial<Letter> = {}) =>
    exchange.send(
      { tenant: 't', topic: 'q', idemKey: `k${keys++}`, payload: utf8(text), attrs: {}, ...more },
      call,
    )
  const receive = (
    more: { tenant?: string; topic?: string; messagesMax?: number; visibilityMs?: number } = {},
  ) =>
    exchange.receive(
      { tenant: 't', topic: 'q', visibilityMs: 1000, messagesMax: 32, bytesMax: 10_000, ...more },
      call,
    )
  const ack = (id: string, lease?: string) => exchange.ack({ tenant: 't', id, lease }, call)
  const nack = (id: string, lease?: string, reason = 'no') =>
    exchange.nack({ tenant: 't', id, lease }, reason, call)
  /** Fails one delivery after another until the messages are dead. */
  const kill = () => {
    for (let attempt = 0; attempt < 5; attempt++) {
      for (const { id } of receive()) nack(id, undefined, `failure ${attempt + 1}`)
      clock.advance(60_000)
    }
  }
  return { exchange, depot, clock, budgets, heard, send, receive, ack, nack, kill }
}

function only(messages: readonly Message[]): Message {
  const [message] = messages
  assert.ok(message !== undefined && messages.length === 1, `one message, not ${messages.length}`)
  return message
}

const texts = (messages: readonly Message[]) =>
  messages.map(({ payload }) => new TextDecoder().decode(payload))

test('what is sent is received with its hash and time, and is gone once acknowledged', async () => {
  const { exchange, send, receive, ack, budgets } = await rig()
  const { id, duplicate } = send('hello')
  const message = only(receive())
  assert.equal(duplicate, false)
  assert.equal(message.id, id)
  assert.equal(message.payloadHash, 'b3:ea8f163db38682925e4491c5e58d4bb3506ef8c14eb78a86e908c5624a67200f')
  assert.equal(new Date(message.sentAtMs).toISOString(), '2024-01-01T00:00:00.000Z')
  assert.equal(message.attempt, 1)
  ack(id)
  assert.deepEqual(exchange.page('t', '', 10), [])
  assert.deepEqual([budgets.bytes.used, budgets.topics.used, budgets.leases.used], [0, 0, 0])
})

test('a repeated send is the same message, even after it was received and acknowledged', async () => {
  const { send, receive, ack } = await rig()
  const { id } = send('hello', { idemKey: 'k' })
  assert.deepEqual(send('hello', { idemKey: 'k' }), { id, duplicate: true })
  ack(only(receive()).id)
  assert.deepEqual(send('hello', { idemKey: 'k' }), { id, duplicate: true })
  assert.deepEqual(receive(), [])
})

test('another payload, topic, tenant or time under the same key is another message', async () => {
  const { send, clock } = await rig()
  send('hello', { idemKey: 'k' })
  assert.equal(send('other', { idemKey: 'k' }).duplicate, false)
  assert.equal(send('hello', { idemKey: 'k', topic: 'q2' }).duplicate, false)
  assert.equal(send('hello', { idemKey: 'k', tenant: 'u' }).duplicate, false)
  clock.advance(300_000)
  assert.equal(send('hello', { idemKey: 'k' }).duplicate, false)
})

test('a tenant sees neither messages nor topics of another, and cannot acknowledge them', async () => {
  const { exchange, send, receive } = await rig()
  const { id } = send('secret')
  assert.deepEqual(receive({ tenant: 'u' }), [])
  assert.deepEqual(exchange.page('u', '', 10), [])
  receive()
  const receipt = { tenant: 'u', id, lease: undefined }
  assert.throws(() => exchange.ack(receipt, call), refusal('NotFound', /no message/))
  assert.throws(() => exchange.nack(receipt, 'no', call), refusal('NotFound', /no message/))
  exchange.ack({ ...receipt, tenant: 't' }, call)
  assert.throws(() => exchange.ack(receipt, call), refusal('NotFound', /no message/))
})

test('a message not acknowledged in time is delivered again, and the exchange says so by itself', async () => {
  const { send, receive, clock, heard } = await rig()
  send('hello')
  const first = only(receive())
  const lease = first.lease
  heard.length = 0
  clock.advance(999)
  assert.deepEqual(heard, [])
  clock.advance(1)
  assert.deepEqual(heard, ['ready t q'])
  const second = only(receive())
  assert.equal(second.attempt, 2)
  assert.notEqual(second.lease, lease)
})

test('an acknowledgement under an old lease is refused once somebody else has the message, and so is a nack', async () => {
  const { send, receive, ack, nack, clock } = await rig()
  send('hello')
  const { id, lease } = only(receive())
  const old = lease ?? ''
  clock.advance(1000)
  const newer = only(receive()).lease ?? ''
  assert.throws(() => ack(id, old), refusal('Conflict', /not that of its latest delivery/))
  assert.throws(() => nack(id, old), refusal('Conflict', /not that of its latest delivery/))
  ack(id, newer)
})

test('a late acknowledgement counts while nobody else has the message', async () => {
  const { send, receive, ack, clock } = await rig()
  send('hello')
  const { id, lease } = only(receive())
  clock.advance(5000)
  ack(id, lease ?? '')
  assert.deepEqual(receive(), [])
})

test('acknowledging again is harmless as long as it is remembered; later the message is unknown', async () => {
  const { send, receive, ack, nack } = await rig({ ackedMax: 1 })
  const ids = [send('a').id, send('b').id]
  receive()
  for (const id of ids) ack(id)
  const [first = '', second = ''] = ids
  ack(second)
  assert.throws(() => nack(second), refusal('Conflict', /acknowledged already/))
  assert.throws(() => ack(first), refusal('NotFound', /unknown, expired, or acknowledged long ago/))
})

test('a message that was never delivered can be neither acknowledged nor given back', async () => {
  const { send, ack, nack } = await rig()
  const { id } = send('hello')
  assert.throws(() => ack(id), refusal('Conflict', /not delivered yet/))
  assert.throws(() => nack(id), refusal('Conflict', /not delivered yet/))
})

test('a message given back waits out a backoff, and giving it back again changes nothing', async () => {
  const { exchange, send, receive, nack, clock } = await rig()
  const { id } = send('hello')
  receive()
  nack(id)
  nack(id)
  assert.equal(exchange.counts('t', 'q').waiting, 1)
  assert.deepEqual(receive(), [])
  clock.advance(200)
  nack(id)
  assert.equal(exchange.counts('t', 'q').ready, 1)
  assert.equal(only(receive()).attempt, 2)
})

test('after five failed deliveries a message is a dead letter that says why and can be received', async () => {
  const { exchange, send, receive, kill, heard, ack } = await rig()
  const { id } = send('hello')
  kill()
  assert.deepEqual(receive(), [])
  assert.deepEqual(heard.slice(-3), ['died', 'arrived dlq/q', 'ready t dlq/q'])
  assert.deepEqual(
    exchange.page('t', '', 10).map(({ topic, ready, dead }) => ({ topic, ready, dead })),
    [{ topic: 'q', ready: 0, dead: 1 }],
  )
  const letter = only(receive({ topic: 'dlq/q' }))
  assert.deepEqual([letter.id, letter.attempt], [id, 1])
  assert.equal(letter.reason, '5 deliveries failed; the last: failure 5')
  assert.equal(exchange.counts('t', 'dlq/q').leased, 1)
  ack(id)
  assert.deepEqual(exchange.page('t', '', 10), [])
})

test('a lease that runs out for the fifth time kills too', async () => {
  const { send, receive, clock, heard } = await rig()
  send('hello')
  for (let attempt = 0; attempt < 5; attempt++) {
    receive()
    clock.advance(1000)
  }
  assert.ok(heard.includes('died'))
  assert.match(only(receive({ topic: 'dlq/q' })).reason ?? '', /the lease ran out/)
})

test('a dead letter does not die again, however often it fails', async () => {
  const { send, receive, kill, nack, clock, heard } = await rig()
  send('hello')
  kill()
  receive({ topic: 'dlq/q' })
  heard.length = 0
  clock.advance(1000)
  assert.deepEqual(heard, ['ready t dlq/q'])
  for (let attempt = 0; attempt < 20; attempt++) {
    nack(only(receive({ topic: 'dlq/q' })).id)
    clock.advance(60_000)
  }
  assert.equal(only(receive({ topic: 'dlq/q' })).attempt, 22)
})

test('reprocessing moves the oldest dead letters back with all their attempts', async () => {
  const { exchange, send, receive, kill, ack } = await rig()
  for (const text of ['a', 'b', 'c']) send(text)
  kill()
  assert.equal(exchange.reprocess('t', 'q', 2, call), 2)
  assert.deepEqual(texts(receive()), ['a', 'b'])
  assert.equal(exchange.reprocess('t', 'dlq/q', 10, call), 1)
  const last = only(receive())
  assert.deepEqual([last.attempt, last.reason], [1, null])
  ack(last.id)
  assert.equal(exchange.reprocess('t', 'q', 10, call), 0)
  assert.equal(exchange.reprocess('t', 'unheard-of', 10, call), 0)
})

test('reprocessing fills the topic to its depth and no further', async () => {
  const { exchange, send, kill } = await rig({ depthMax: 2 })
  send('a')
  send('b')
  kill()
  send('c')
  assert.equal(exchange.reprocess('t', 'q', 10, call), 1)
  assert.throws(() => exchange.reprocess('t', 'q', 10, call), refusal('Busy', /holds 2 messages, its limit/))
})

test('nobody sends to a dead-letter topic', async () => {
  const { send } = await rig()
  assert.throws(
    () => send('x', { topic: 'dlq/q' }),
    refusal('BadRequest', /dlq\/q holds dead letters; send to q/),
  )
})

test('a full topic, a topic too many and full memory refuse new messages and keep the old ones', async () => {
  const deep = await rig({ depthMax: 2 })
  deep.send('a')
  deep.send('b')
  assert.throws(() => deep.send('c'), refusal('Busy', /topic q holds 2 messages, its limit \(depthMax\)/))
  assert.deepEqual(texts(deep.receive()), ['a', 'b'])

  const wide = await rig({ topicsMax: 1 })
  wide.send('a')
  assert.throws(() => wide.send('b', { topic: 'q2' }), refusal('Busy', /topicsMax is at its limit of 1/))
  assert.deepEqual(texts(wide.receive()), ['a'])

  const heavy = await rig({ bytesMax: 3000 })
  heavy.send('x'.repeat(1000))
  assert.throws(() => heavy.send('y'.repeat(1000)), refusal('Full', /bytesMax is at its limit of 3000/))
  assert.equal(texts(heavy.receive()).length, 1)
})

test('a send that was refused leaves no trace, so the same send succeeds once there is room', async () => {
  const { send, receive, ack, budgets } = await rig({ depthMax: 1 })
  const { id } = send('a')
  const before = [budgets.bytes.used, budgets.recent.used]
  assert.throws(() => send('b', { idemKey: 'k' }), refusal('Busy', /depthMax/))
  assert.deepEqual([budgets.bytes.used, budgets.recent.used], before)
  receive()
  ack(id)
  assert.equal(send('b', { idemKey: 'k' }).duplicate, false)
})

test('a full table of recent sends refuses until its oldest entry is past the window', async () => {
  const { send, clock } = await rig({ dedupeMax: 1 })
  send('a')
  clock.advance(100_000)
  assert.throws(
    () => send('b'),
    (thrown) => {
      assert.ok(refusal('Busy', /dedupeMax/)(thrown))
      assert.deepEqual(thrown instanceof Error && 'more' in thrown && thrown.more, { retryAfterMs: 200_000 })
      return true
    },
  )
  clock.advance(200_000)
  assert.equal(send('b').duplicate, false)
})

test('leases are bounded over all topics: a batch gets what is left, the next receiver is refused', async () => {
  const { send, receive, ack } = await rig({ inflightMax: 2 })
  for (const text of ['a', 'b', 'c']) send(text)
  const batch = receive()
  assert.equal(batch.length, 2)
  assert.throws(() => receive(), refusal('Busy', /inflightMax is at its limit of 2/))
  assert.deepEqual(receive({ topic: 'empty' }), [])
  ack(batch[0]?.id ?? '')
  assert.equal(receive().length, 1)
})

test('a message nobody wanted expires, a leased one only after its lease, and a dead letter later', async () => {
  const { exchange, send, receive, clock, heard, kill } = await rig()
  send('dead')
  kill()
  send('unwanted')
  clock.advance(7 * day)
  assert.equal(heard.filter((line) => line === 'expired').length, 1)
  assert.equal(exchange.counts('t', 'q').dead, 1)
  send('late')
  clock.advance(7 * day - 500)
  const { id } = only(receive())
  clock.advance(600)
  exchange.ack({ tenant: 't', id, lease: undefined }, call)
  assert.deepEqual(exchange.page('t', '', 10), [])
})

test('topics are listed in alphabetical order, page by page, with their counts', async () => {
  const { exchange, send, receive } = await rig()
  for (const topic of ['b', 'c', 'a']) send('x', { topic })
  receive({ topic: 'b' })
  const names = (after: string) => exchange.page('t', after, 2).map(({ topic }) => topic)
  assert.deepEqual(names(''), ['a', 'b'])
  assert.deepEqual(names('b'), ['c'])
  const { bytes, ...counts } = exchange.counts('t', 'b')
  assert.deepEqual(counts, { topic: 'b', ready: 0, leased: 1, waiting: 0, dead: 0 })
  assert.ok(bytes > 1)
  assert.equal(exchange.counts('t', 'unheard-of').ready, 0)
})

test('stopping leaves no timer, and wiping overwrites every payload', async () => {
  const { exchange, depot, send, receive, clock } = await rig()
  const payloads = ['one', 'two'].map(utf8)
  for (const payload of payloads) send('', { payload })
  receive({ messagesMax: 1 })
  exchange.stop()
  depot.wipe()
  assert.ok(payloads.every((payload) => payload.every((byte) => byte === 0)))
  assert.equal(clock.timers, 0)
})

test('an acknowledged payload is overwritten at once', async () => {
  const { send, receive, ack } = await rig()
  const payload = utf8('secret')
  send('', { payload })
  ack(only(receive()).id)
  assert.deepEqual([...payload], [0, 0, 0, 0, 0, 0])
})
