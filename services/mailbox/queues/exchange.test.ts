import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callBy, journalPlace, refusal, system } from '../../testing.ts'
import { Ulids } from '../ids/ulid.ts'
import { openState } from '../journal/state.ts'
import { HandClock } from '../testing/hand-clock.ts'
import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'
import { encodeLetter } from '@ron/kernel/contract/packed/letter'
import { ulidText } from '@ron/kernel/contract/packed/ulid'
import { wordsOf } from '../ids/words.ts'
import { Exchange } from './exchange.ts'
import { leaseOf } from './lease.ts'
import type { Message } from './message.ts'

const { call } = callBy()
const day = 86_400_000
const utf8 = (text: string) => new TextEncoder().encode(text)

interface Draft {
  readonly tenant: string
  readonly topic: string
  readonly idemKey: string
  readonly payload: Uint8Array
}

const usual = {
  bytesMax: 100_000,
  topicsMax: 10,
  tenantTopicsMax: 0,
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
      tenantTopicsMax: most.tenantTopicsMax,
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
  const send = (text: string, more: Partial<Draft> = {}) => {
    const { tenant = 't', topic = 'q', idemKey = `k${keys++}`, payload = utf8(text) } = more
    const letters = [encodeLetter({ idem_key: idemKey, attrs: {}, payload })]
    const { ids, duplicates } = exchange.send({ tenant, topic, letters }, call)
    return { id: ulidText(ids, 0), duplicate: duplicates[0] }
  }
  /** As many as there are texts, to `q`. */
  const sendAll = (...texts: readonly string[]) => {
    const letters = texts.map((text) =>
      encodeLetter({ idem_key: text.slice(0, 1), attrs: {}, payload: utf8(text) }),
    )
    const { ids, ...kept } = exchange.send({ tenant: 't', topic: 'q', letters }, call)
    return { ...kept, ids: kept.duplicates.map((_, n) => ulidText(ids, 16 * n)) }
  }
  const receive = (
    more: { tenant?: string; topic?: string; messagesMax?: number; visibilityMs?: number } = {},
  ) =>
    exchange
      .receive(
        { tenant: 't', topic: 'q', visibilityMs: 1000, messagesMax: 32, bytesMax: 10_000, ...more },
        call,
      )
      .map((slot) => depot.message(slot))
  const receipt = (id: string, lease?: string, tenant = 't') => ({
    tenant,
    id: wordsOf([id]),
    lease: lease === undefined ? null : leaseOf(lease),
  })
  const ack = (id: string, lease?: string, tenant?: string) => exchange.ack(receipt(id, lease, tenant), call)
  const nack = (id: string, lease?: string, reason = 'no', tenant?: string) =>
    exchange.nack(receipt(id, lease, tenant), reason, call)
  /** Fails one delivery after another until the messages are dead. */
  const kill = () => {
    for (let attempt = 0; attempt < 5; attempt++) {
      for (const { id } of receive()) nack(id, undefined, `failure ${attempt + 1}`)
      clock.advance(60_000)
    }
  }
  return { exchange, depot, clock, budgets, heard, send, sendAll, receive, ack, nack, kill }
}

function only(messages: readonly Message[]): Message {
  const [message] = messages
  assert.ok(message !== undefined && messages.length === 1, `one message, not ${messages.length}`)
  return message
}

const texts = (messages: readonly Message[]) =>
  messages.map(({ payload }) => new TextDecoder().decode(payload))

test('what is sent is received with its time, and is gone once acknowledged', async () => {
  const { exchange, send, receive, ack, budgets } = await rig()
  const { id, duplicate } = send('hello')
  const message = only(receive())
  assert.equal(duplicate, false)
  assert.equal(message.id, id)
  assert.deepEqual(texts([message]), ['hello'])
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
  const { exchange, send, receive, ack, nack } = await rig()
  const { id } = send('secret')
  assert.deepEqual(receive({ tenant: 'u' }), [])
  assert.deepEqual(exchange.page('u', '', 10), [])
  receive()
  assert.throws(() => ack(id, undefined, 'u'), refusal('NotFound', /no message/))
  assert.throws(() => nack(id, undefined, 'no', 'u'), refusal('NotFound', /no message/))
  ack(id)
  assert.throws(() => ack(id, undefined, 'u'), refusal('NotFound', /no message/))
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

  const heavy = await rig({ bytesMax: 2000 })
  heavy.send('x'.repeat(1000))
  assert.throws(() => heavy.send('y'.repeat(1000)), refusal('Full', /bytesMax is at its limit of 2000/))
  assert.equal(texts(heavy.receive()).length, 1)
})

test('a tenant has so many topics and no more, and another its own', async () => {
  const { send, receive, ack } = await rig({ tenantTopicsMax: 1 })
  send('a')
  send('b')
  assert.throws(() => send('c', { topic: 'q2' }), refusal('Busy', /this tenant has 1 topics, the limit/))
  send('d', { tenant: 'other', topic: 'q2' })
  for (const { id } of receive()) ack(id)
  send('e', { topic: 'q2' })
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
  const { exchange, send, receive, ack, clock, heard, kill } = await rig()
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
  ack(id)
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
  for (const text of ['one', 'two']) send(text)
  const payloads = receive().map(({ payload }) => payload)
  assert.deepEqual(
    payloads.map((payload) => new TextDecoder().decode(payload)),
    ['one', 'two'],
  )
  exchange.stop()
  depot.wipe()
  assert.ok(payloads.every((payload) => payload.every((byte) => byte === 0)))
  assert.equal(clock.timers, 0)
})

test('an acknowledged payload is overwritten at once', async () => {
  const { send, receive, ack } = await rig()
  send('secret')
  const { id, payload } = only(receive())
  ack(id)
  assert.deepEqual([...payload], [0, 0, 0, 0, 0, 0])
})

test('a batch is kept in its order, and what is in it twice is kept once', async () => {
  const { sendAll, receive, heard } = await rig()
  const { ids, duplicates, refused } = sendAll('a', 'b', 'a', 'c')
  assert.deepEqual([duplicates, refused], [[false, false, true, false], null])
  assert.equal(ids[0], ids[2])
  assert.deepEqual(heard, ['arrived q', 'ready t q'])
  const [first, second, third] = ids
  assert.deepEqual(sendAll('a', 'd'), {
    ids: [first, sendAll('d').ids[0]],
    duplicates: [true, false],
    refused: null,
  })
  const messages = receive()
  assert.deepEqual(texts(messages), ['a', 'b', 'c', 'd'])
  assert.deepEqual(
    messages.slice(0, 2).map(({ id }) => id),
    [first, second],
  )
  assert.notEqual(third, second)
  assert.equal(new Set(messages.map(({ lease }) => lease)).size, 1, 'one lease for all')
})

test('of a batch that does not fit the beginning is kept, and it says why not the rest', async () => {
  const { sendAll, receive, ack, budgets } = await rig({ depthMax: 2 })
  const { duplicates, refused } = sendAll('a', 'b', 'c', 'd')
  assert.deepEqual(duplicates, [false, false])
  assert.deepEqual([refused?.code, budgets.recent.used], ['Busy', 2])
  assert.match(refused?.detail ?? '', /holds 2 messages, its limit/)
  // What was kept is named again, and there is still no room behind it.
  assert.deepEqual(sendAll('a', 'c').duplicates, [true])
  assert.throws(() => sendAll('c', 'd'), refusal('Busy', /holds 2 messages, its limit/))
  for (const { id } of receive()) ack(id)
  assert.deepEqual(sendAll('a', 'b', 'c', 'd').duplicates, [true, true, false, false])
})

test('a batch stops at each of the bounds', async () => {
  const kept = async (limits: Partial<typeof usual>) => {
    const { duplicates, refused } = (await rig(limits)).sendAll('a', 'b', 'c')
    return [duplicates.length, refused?.code, refused?.detail]
  }
  assert.deepEqual((await kept({ dedupeMax: 2 })).slice(0, 2), [2, 'Busy'])
  const bytesEach = 256 + 5
  assert.deepEqual((await kept({ bytesMax: 2 * bytesEach })).slice(0, 2), [2, 'Full'])
  const journalBytes = Math.ceil((4 / 3) * 2 * (bytesEach + 64)) + 8
  const [count, code, detail] = await kept({ journalBytes })
  assert.deepEqual([count, code], [2, 'Full'])
  assert.match(String(detail), /journalBytesMax/)
})

test('a batch of acknowledgements says of each what became of it', async () => {
  const { exchange, depot, sendAll, receive, clock } = await rig()
  const { ids } = sendAll('a', 'b', 'c', 'd')
  const [a = '', b = '', c = '', d = ''] = ids
  const [{ lease }] = [only(receive({ messagesMax: 1 }))]
  receive({ messagesMax: 1, visibilityMs: 60_000 })
  clock.advance(1000)
  receive({ messagesMax: 1 })
  const outcomes = (lease: string | null, ...named: string[]) =>
    exchange.ackAll({ tenant: 't', ids: wordsOf(named), lease: lease === null ? null : leaseOf(lease) })
  assert.deepEqual(outcomes(lease, a), ['conflict'], 'delivered again since')
  assert.deepEqual(outcomes(null, a, b, a, d, '01ARYZ6S41TSV4RRFFQ69G5FAV'), [
    'done',
    'done',
    'done',
    'conflict',
    'unknown',
  ])
  assert.deepEqual(outcomes(null, a), ['done'], 'repeating is harmless')
  assert.equal(depot.messages.size, 2)
  assert.deepEqual(
    receive().map(({ id }) => id),
    [c, d],
  )
})

test('where very much is due at once it moves in steps, and none is lost on the way', async () => {
  const count = 3000
  const { exchange, send, clock, heard, budgets } = await rig({
    bytesMax: 2 ** 20,
    depthMax: count,
    dedupeMax: count,
    journalBytes: 2 ** 23,
  })
  for (let n = 0; n < count; n++) send('x')
  clock.advance(7 * day)
  assert.equal(heard.filter((line) => line === 'expired').length, count)
  assert.deepEqual([exchange.counts('t', 'q').ready, budgets.bytes.used], [0, 0])
})

test('a reason that there is no room for is left out, and the message comes back all the same', async () => {
  const { exchange, send, receive, nack, clock } = await rig({ bytesMax: 256 + 3 + 1 + 3 })
  const { id } = send('abc', { idemKey: 'k' })
  receive()
  nack(id, undefined, 'x')
  clock.advance(200)
  assert.equal(only(receive()).reason, '')
  assert.equal(exchange.counts('t', 'q').bytes, 256 + 3 + 1 + 3)
})
