import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Client, ConfigOf } from '@ron/kernel/contract/contract'
import { decodeDelivery } from '@ron/kernel/contract/packed/delivery'
import { encodeLetter } from '@ron/kernel/contract/packed/letter'
import { joinRows, splitRows } from '@ron/kernel/contract/packed/rows'
import { ulidText } from '@ron/kernel/contract/packed/ulid'
import type { storage } from '../storage/contract.ts'
import { callBy, journalPlace, opened, refusal, system } from '../testing.ts'
import type { mailbox } from './contract.ts'
import start from './service.ts'
import { HandClock, settled } from './testing/hand-clock.ts'
import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'

type Config = ConfigOf<typeof mailbox>
type Operations = (typeof mailbox)['operations']

const defaults: Config = {
  bytesMax: 1_000_000,
  topicsMax: 100,
  tenantTopicsMax: 0,
  depthMax: 100,
  inflightMax: 100,
  visibilityMs: 5000,
  attemptsMax: 5,
  backoffBaseMs: 200,
  backoffMaxMs: 60_000,
  retentionMs: 604_800_000,
  deadRetentionMs: 1_209_600_000,
  dedupeMs: 300_000,
  dedupeMax: 1000,
  ackedMax: 100,
  waitersMax: 10,
  subscribersMax: 10,
  feedBytesMax: 1_000_000,
  timelineMax: 1000,
  followsMax: 100,
  pullThreshold: 100,
  journalBytesMax: 2 ** 24,
}

const storedAddress = `b3:${'a'.repeat(64)}`
const missingAddress = `b3:${'b'.repeat(64)}`
const stat: Client<typeof storage>['stat'] = async ({ address }) => ({
  known: address === storedAddress,
  bytes: 1,
})

const utf8 = (text: string) => new TextEncoder().encode(text)
/** Packed letters whose payload is their key. */
const lettersOf = (...keys: readonly string[]) =>
  joinRows(keys.map((idem_key) => encodeLetter({ idem_key, attrs: {}, payload: utf8(idem_key) })))
const deliveriesIn = (body: Uint8Array) =>
  (splitRows(body, 256) ?? []).map((row) => decodeDelivery(row) ?? assert.fail('no delivery'))

let started = 0

async function service(settings: Partial<Config> = {}, startMs = 0, place?: ReturnType<typeof journalPlace>) {
  const clock = new HandClock(startMs)
  const config = { ...defaults, ...settings }
  const memory = place ?? journalPlace(config.journalBytesMax)
  const running = await start({
    ...system,
    journal: memory.open(),
    clock,
    random: seededRandom(++started),
    config,
    // The one question the mailbox asks of storage; another would fail here at once.
    peers: { storage: { stat } as Client<typeof storage> },
  })
  const { handle } = running
  let keys = 0
  const send = async (payload: string, topic = 'q', idem_key = `k${keys++}`) =>
    handle.send({ topic, idem_key, payload_b64: btoa(payload) }, callBy<Operations['send']>().call)
  const ack = async (msg_id: string, lease?: string) =>
    handle.ack({ msg_id, ...(lease === undefined ? {} : { lease }) }, callBy<Operations['ack']>().call)
  const recv = async (more: object = {}, tenant?: string) =>
    handle.recv({ topic: 'q', ...more }, callBy<Operations['recv']>(tenant).call)
  /** The thread ends where it is, without a word; the next one finds its journal. */
  const crash = () => service(settings, clock.monotonic(), memory)
  return { handle, health: () => running.health(), stop: () => running.stop(), crash, clock, send, recv, ack }
}

test('an envelope carries payload, hash, time, attributes, attempt and lease', async () => {
  const { handle, recv } = await service()
  const { call } = callBy<Operations['send']>()
  const sent = await handle.send(
    { topic: 'q', idem_key: 'k', payload_b64: btoa('hello'), attrs: { a: '1' } },
    call,
  )
  const { messages } = await recv()
  const [{ lease, ...envelope } = assert.fail('no message')] = messages
  assert.match(lease, /^[0-9a-f]{16}$/)
  assert.deepEqual(envelope, {
    msg_id: sent.msg_id,
    topic: 'q',
    ts: '2024-01-01T00:00:00.000Z',
    idem_key: 'k',
    payload_b64: btoa('hello'),
    payload_hash: 'b3:ea8f163db38682925e4491c5e58d4bb3506ef8c14eb78a86e908c5624a67200f',
    attrs: { a: '1' },
    attempt: 1,
  })
})

test('the key comes from the body or the header, agrees when both are there, and must be there', async () => {
  const { handle } = await service()
  const { call } = callBy<Operations['send']>()
  const base = { topic: 'q', payload_b64: '' }
  const first = await handle.send({ ...base, idem_key: 'k' }, call)
  const header = await handle.send({ ...base, idempotency_key: 'k' }, call)
  const both = await handle.send({ ...base, idem_key: 'k', idempotency_key: 'k' }, call)
  assert.deepEqual(
    [header, both],
    [
      { ...first, duplicate: true },
      { ...first, duplicate: true },
    ],
  )
  assert.throws(
    () => handle.send({ ...base, idem_key: 'k', idempotency_key: 'other' }, call),
    refusal('BadRequest', /differ/),
  )
  assert.throws(() => handle.send(base, call), refusal('BadRequest', /an idempotency key is required/))
})

test('raw bytes and base64 of the same content are the same message', async () => {
  const { handle, recv } = await service()
  const body = new TextEncoder().encode('hello')
  const raw = await handle.sendBytes(
    { topic: 'q', idempotency_key: 'k', body },
    callBy<Operations['sendBytes']>().call,
  )
  const json = { topic: 'q', idem_key: 'k', payload_b64: btoa('hello') }
  const { call } = callBy<Operations['send']>()
  assert.deepEqual(await handle.send(json, call), { msg_id: raw.msg_id, duplicate: true })
  assert.throws(
    () => handle.send({ ...json, idempotency_mode: '409-conflict' }, call),
    refusal('Conflict', /was sent with this key and payload before/),
  )
  body.fill(0)
  assert.equal((await recv()).messages[0]?.payload_b64, btoa('hello'))
})

test('a payload that is not base64 or too large is refused with what to do', async () => {
  const { handle } = await service({ bytesMax: 10_000_000 })
  const { call } = callBy<Operations['send']>()
  const letter = { topic: 'q', idem_key: 'k' }
  assert.throws(
    () => handle.send({ ...letter, payload_b64: 'YQ' }, call),
    refusal('BadRequest', /not base64/),
  )
  const body = new Uint8Array(1_048_577)
  assert.throws(
    () =>
      handle.sendBytes({ topic: 'q', idempotency_key: 'k', body }, callBy<Operations['sendBytes']>().call),
    refusal('TooLarge', /has 1048577 bytes, the limit is 1048576/),
  )
})

test('a receiver that waits gets the next message, and nothing when its time is over', async () => {
  const { send, recv, clock } = await service()
  const waiting = recv({ wait_ms: 20_000 })
  await send('hello')
  assert.equal((await waiting).messages[0]?.payload_b64, btoa('hello'))
  const inVain = recv({ wait_ms: 1000 })
  clock.advance(1000)
  assert.deepEqual(await inVain, { messages: [] })
})

test('a receiver that waits gets what another let run out, and a reprocessed dead letter', async () => {
  const { handle, send, recv, clock } = await service({ attemptsMax: 1 })
  await send('hello')
  await recv({ visibility_ms: 250 })
  const dead = recv({ topic: 'dlq/q', wait_ms: 20_000 })
  clock.advance(250)
  const [letter] = (await dead).messages
  assert.match(letter?.dlq_reason ?? '', /1 deliveries failed; the last: the lease ran out/)
  const ack = callBy<Operations['nack']>().call
  await handle.nack({ msg_id: letter?.msg_id ?? '', reason: 'not mine' }, ack)
  clock.advance(60_000)
  const again = recv({ wait_ms: 20_000 })
  const admin = callBy<Operations['dlqReprocess']>().call
  assert.deepEqual(await handle.dlqReprocess({ topic: 'q' }, admin), { moved: 1 })
  assert.equal((await again).messages[0]?.msg_id, letter?.msg_id)
})

test('with time passing at every look, many receivers that wait get every message exactly once', async () => {
  const { send, recv, clock } = await service({ inflightMax: 1000 })
  clock.driftMs = 50
  const waiting = Array.from({ length: 10 }, () =>
    recv({ wait_ms: 20_000, max_messages: 1, visibility_ms: 43_200_000 }),
  )
  for (let n = 0; n < 10; n++) await send(`${n}`)
  const ids = (await Promise.all(waiting)).flatMap(({ messages }) =>
    messages.map(({ payload_b64 }) => payload_b64),
  )
  assert.deepEqual(ids.sort(), Array.from({ length: 10 }, (_, n) => btoa(`${n}`)).sort())
})

test('one message comes as raw bytes with its envelope beside them, or nothing does', async () => {
  const { handle, send, recv } = await service()
  const { call } = callBy<Operations['recvBytes']>()
  assert.deepEqual(await handle.recvBytes({ topic: 'q' }, call), {
    outcome: 'empty',
    body: new Uint8Array(0),
  })
  const { msg_id } = await send('hello')
  await send('second')
  const { body, ...envelope } = await handle.recvBytes({ topic: 'q' }, call)
  assert.equal(new TextDecoder().decode(body), 'hello')
  assert.deepEqual([envelope.outcome, envelope.msg_id, envelope.attempt], ['message', msg_id, 1])
  assert.equal((await recv()).messages[0]?.payload_b64, btoa('second'))
  await handle.ack({ msg_id }, callBy<Operations['ack']>().call)
  assert.equal(new TextDecoder().decode(body), 'hello', "the bytes are the caller's own")
})

test('an event leaves out a large payload and says how long it is', async () => {
  const { handle, send } = await service()
  const watcher = callBy<Operations['subscribe']>(undefined, 5)
  void handle.subscribe({ topic: 'q' }, watcher.call)
  await send('x'.repeat(32_768))
  await send('x'.repeat(32_769))
  assert.deepEqual(
    watcher.events.map(({ payload_bytes, payload_b64 }) => [payload_bytes, payload_b64?.length]),
    [
      [32_768, 43_692],
      [32_769, undefined],
    ],
  )
})

test('a message is acknowledged or given back by body and by path alike', async () => {
  const { handle, send, recv } = await service()
  const ids = await Promise.all(['a', 'b', 'c'].map(async (text) => (await send(text)).msg_id))
  const { messages } = await recv()
  const lease = messages[0]?.lease ?? ''
  const ack = callBy<Operations['ack']>().call
  const nack = callBy<Operations['nack']>().call
  const [a = '', b = '', c = ''] = ids
  assert.deepEqual(await handle.ack({ msg_id: a, lease }, ack), { ok: true })
  assert.deepEqual(await handle.ackByPath({ msg_id: b }, ack), { ok: true })
  assert.deepEqual(await handle.nackByPath({ msg_id: c }, nack), { ok: true })
  const { call } = callBy<Operations['topic']>()
  const { ready, leased, waiting } = await handle.topic({ topic: 'q' }, call)
  assert.deepEqual({ ready, leased, waiting }, { ready: 0, leased: 0, waiting: 1 })
})

test('topics are listed page by page, the last page without a cursor', async () => {
  const { handle, send } = await service()
  for (const topic of ['c', 'a', 'b']) await send('x', topic)
  const { call } = callBy<Operations['topics']>()
  const first = await handle.topics({ limit: 2 }, call)
  assert.deepEqual(
    first.topics.map(({ topic }) => topic),
    ['a', 'b'],
  )
  assert.equal(first.next_after, 'b')
  const last = await handle.topics({ limit: 2, after: 'b' }, call)
  assert.deepEqual([last.topics.map(({ topic }) => topic), last.next_after], [['c'], undefined])
})

test('a subscriber sees every message of its topic without taking it, and hears of its losses', async () => {
  const { handle, send, recv } = await service()
  const watcher = callBy<Operations['subscribe']>(undefined, 1)
  const ended = handle.subscribe({ topic: 'q' }, watcher.call)
  const { msg_id } = await send('hello')
  await send('other', 'elsewhere')
  await send('lost')
  watcher.grant(5)
  await settled()
  await send('again')
  assert.deepEqual(watcher.events[0], {
    kind: 'message',
    msg_id,
    topic: 'q',
    ts: '2024-01-01T00:00:00.000Z',
    attrs: {},
    payload_bytes: 5,
    payload_b64: btoa('hello'),
  })
  assert.deepEqual(
    watcher.events.slice(1).map(({ kind, count }) => ({ kind, count })),
    [
      { kind: 'lost', count: 1 },
      { kind: 'message', count: undefined },
    ],
  )
  assert.equal((await recv()).messages.length, 3)
  watcher.abort()
  assert.deepEqual(await ended, { delivered: 2, lost: 1 })
})

test('a post reaches the homes of its followers and those who watch them, with its attachments', async () => {
  const { handle } = await service()
  const write = callBy<Operations['post']>().call
  const read = callBy<Operations['home']>().call
  await handle.follow({ user: 'zoe', author: 'ann' }, callBy<Operations['follow']>().call)
  const zoe = callBy<Operations['watchHome']>(undefined, 5)
  const bob = callBy<Operations['watchHome']>(undefined, 5)
  const watch = async (user: string, by: typeof zoe) => handle.watchHome({ user }, by.call)
  const watching = [watch('zoe', zoe), watch('bob', bob)]
  const post = { author: 'ann', text: '\ufeffhéllo', attachments: [storedAddress] }
  const { post_id, ...delivery } = await handle.post(post, write)
  assert.deepEqual(delivery, { delivered: 1, pulled: false })
  const item = { post_id, ts: '2024-01-01T00:00:00.000Z', attrs: {}, ...post }
  assert.deepEqual(await handle.home({ user: 'zoe' }, read), { user: 'zoe', items: [item] })
  assert.deepEqual(await handle.author({ author: 'ann' }, read), { author: 'ann', items: [item] })
  assert.deepEqual(await handle.home({ user: 'nobody' }, read), { user: 'nobody', items: [] })
  assert.deepEqual(await handle.home({ user: 'zoe' }, callBy<Operations['home']>('f'.repeat(32)).call), {
    user: 'zoe',
    items: [],
  })
  assert.deepEqual([zoe.events, bob.events], [[{ kind: 'post', ...item }], []])
  zoe.abort()
  bob.abort()
  assert.deepEqual(await Promise.all(watching), [
    { delivered: 1, lost: 0 },
    { delivered: 0, lost: 0 },
  ])
})

test('fan-out posts and delivers in one call, or delivers again what is there', async () => {
  const { handle } = await service()
  const { call } = callBy<Operations['fanout']>()
  const read = callBy<Operations['home']>().call
  await handle.follow({ user: 'zoe', author: 'ann' }, callBy<Operations['follow']>().call)
  const made = await handle.fanout({ author: 'ann', text: 'hi' }, call)
  assert.deepEqual(await handle.fanout({ post_id: made.post_id }, call), made)
  assert.equal((await handle.home({ user: 'zoe' }, read)).items.length, 1)
  assert.throws(
    () => handle.fanout({ post_id: made.post_id, text: 'hi' }, call),
    refusal('BadRequest', /leave out/),
  )
  assert.throws(() => handle.fanout({ text: 'hi' }, call), refusal('BadRequest', /give post_id, or author/))
  const unknown = '0'.repeat(26)
  await assert.rejects(
    async () => handle.fanout({ post_id: unknown }, call),
    refusal('NotFound', /no post 0{26}/),
  )
})

test('a post with a missing attachment, or with nothing in it, is refused and not stored', async () => {
  const { handle } = await service()
  const { call } = callBy<Operations['post']>()
  const attachments = [storedAddress, missingAddress]
  await assert.rejects(
    async () => handle.post({ author: 'ann', attachments }, call),
    refusal('NotFound', /attachment b3:b{64} is not stored/),
  )
  await assert.rejects(
    async () => handle.post({ author: 'ann' }, call),
    refusal('BadRequest', /the post is empty/),
  )
  const read = callBy<Operations['author']>().call
  assert.deepEqual((await handle.author({ author: 'ann' }, read)).items, [])
})

test('homes are read page by page, the last page without a cursor', async () => {
  const { handle } = await service()
  const write = callBy<Operations['post']>().call
  const read = callBy<Operations['home']>().call
  await handle.follow({ user: 'zoe', author: 'ann' }, callBy<Operations['follow']>().call)
  for (const text of ['1', '2', '3']) await handle.post({ author: 'ann', text }, write)
  const first = await handle.home({ user: 'zoe', limit: 2 }, read)
  await handle.post({ author: 'ann', text: '4' }, write)
  const cursor = first.next_cursor ?? ''
  const last = await handle.home({ user: 'zoe', limit: 2, cursor }, read)
  assert.deepEqual(
    [...first.items, ...last.items].map(({ text }) => text),
    ['3', '2', '1'],
  )
  assert.equal(last.next_cursor, undefined)
})

test('a home by rank=top goes on where a page ended, and a cursor of another ranking is refused', async () => {
  const { handle, clock } = await service()
  const write = callBy<Operations['post']>().call
  const { call } = callBy<Operations['home']>()
  await handle.follow({ user: 'zoe', author: 'ann' }, callBy<Operations['follow']>().call)
  const hour = 3_600_000
  const post = async (text: string, weight?: string) => {
    clock.advance(hour)
    const { post_id } = await handle.post({ author: 'ann', text, attrs: weight ? { weight } : {} }, write)
    return post_id
  }
  await post('weighty', '10')
  const plain = await post('plain')
  await post('light', '0.1')
  const top = { user: 'zoe', limit: 1, rank: 'top' } as const
  const first = await handle.home(top, call)
  const cursor = first.next_cursor ?? ''
  // Of the next page the first is deleted, and something newer comes before the page that was read.
  await handle.removePost({ post_id: plain }, callBy<Operations['removePost']>().call)
  await post('weightier', '100')
  const second = await handle.home({ ...top, cursor }, call)
  assert.deepEqual(
    [first, second].map(({ items }) => items.map(({ text }) => text)),
    [['weighty'], ['light']],
  )
  assert.equal(second.next_cursor, undefined)
  for (const wrong of [
    { user: 'zoe', cursor },
    { ...top, cursor: plain },
    { ...top, cursor: `01~${plain}` },
  ]) {
    await assert.rejects(
      async () => handle.home(wrong, call),
      refusal('BadRequest', /cursor is no next_cursor/),
    )
  }
})

test('a deleted post is gone from home and author, and deleting it again finds nothing', async () => {
  const { handle } = await service()
  const read = callBy<Operations['home']>().call
  const remove = callBy<Operations['removePost']>().call
  await handle.follow({ user: 'zoe', author: 'ann' }, callBy<Operations['follow']>().call)
  const { post_id } = await handle.post({ author: 'ann', text: 'hi' }, callBy<Operations['post']>().call)
  assert.deepEqual(await handle.removePost({ post_id }, remove), { removed: true })
  assert.deepEqual((await handle.home({ user: 'zoe' }, read)).items, [])
  await assert.rejects(async () => handle.removePost({ post_id }, remove), refusal('NotFound', /no post/))
})

test('health is degraded above 95 % of any budget and names it', async () => {
  const { health, send } = await service({ topicsMax: 1 })
  assert.deepEqual(health(), { state: 'ready' })
  await send('hello')
  assert.deepEqual(health(), { state: 'degraded', because: 'topicsMax is at 1 of 1' })
})

test('stopping answers everybody who waits or watches, and leaves no timer behind', async () => {
  const { handle, stop, send, recv, clock } = await service()
  await send('kept', 'other')
  const waiting = recv({ wait_ms: 20_000 })
  const watching = handle.subscribe({ topic: 'q' }, callBy<Operations['subscribe']>().call)
  const home = handle.watchHome({ user: 'zoe' }, callBy<Operations['watchHome']>().call)
  await stop()
  assert.deepEqual(await waiting, { messages: [] })
  assert.deepEqual(
    [await watching, await home],
    [
      { delivered: 0, lost: 0 },
      { delivered: 0, lost: 0 },
    ],
  )
  assert.equal(clock.timers, 0)
})

test('after a crash every message is there as it was sent, and a repeated send is recognised', async () => {
  const before = await service()
  const attrs = { ä: '你好', lone: '\ud800' }
  const letter = { topic: 'q', idem_key: 'k', payload_b64: btoa('hello'), attrs }
  const { call } = callBy<Operations['send']>()
  const sent = await before.handle.send(letter, call)
  const { handle, recv } = await before.crash()
  assert.deepEqual(await handle.send(letter, call), { ...sent, duplicate: true })
  const { messages } = await recv()
  const [{ lease: _, ...envelope } = assert.fail('no message')] = messages
  assert.deepEqual(envelope, {
    msg_id: sent.msg_id,
    topic: 'q',
    ts: '2024-01-01T00:00:00.000Z',
    idem_key: 'k',
    payload_b64: btoa('hello'),
    payload_hash: 'b3:ea8f163db38682925e4491c5e58d4bb3506ef8c14eb78a86e908c5624a67200f',
    attrs,
    attempt: 1,
  })
})

test('a message leased before a crash comes back when its lease ends, not before, to one receiver', async () => {
  const before = await service()
  await before.send('hello')
  await before.recv({ visibility_ms: 5000 })
  before.clock.advance(2000)
  const { recv, clock } = await before.crash()
  const first = recv({ wait_ms: 20_000 })
  const second = recv()
  clock.advance(2999)
  assert.deepEqual(await second, { messages: [] })
  clock.advance(1)
  assert.equal((await first).messages[0]?.attempt, 2)
  assert.deepEqual(await recv(), { messages: [] })
})

test('a receipt from before a crash still acknowledges, and the acknowledgement survives the next crash', async () => {
  const before = await service()
  const { msg_id } = await before.send('hello')
  const lease = (await before.recv()).messages[0]?.lease
  const between = await before.crash()
  assert.deepEqual(await between.ack(msg_id, lease), { ok: true })
  const after = await between.crash()
  after.clock.advance(60_000)
  assert.deepEqual(await after.recv(), { messages: [] })
  assert.deepEqual(await after.ack(msg_id), { ok: true }, 'repeating it is harmless')
})

test('dead letters, backoffs and failed attempts are what they were before a crash', async () => {
  const before = await service({ attemptsMax: 2 })
  const nack = callBy<Operations['nack']>().call
  for (const text of ['dies', 'waits']) await before.send(text, text)
  for (let attempt = 0; attempt < 2; attempt++) {
    const [{ msg_id } = assert.fail('no message')] = (await before.recv({ topic: 'dies' })).messages
    await before.handle.nack({ msg_id, reason: 'no' }, nack)
    before.clock.advance(60_000)
  }
  const [{ msg_id } = assert.fail('no message')] = (await before.recv({ topic: 'waits' })).messages
  await before.handle.nack({ msg_id }, nack)

  const between = await before.crash()
  const [letter = assert.fail('no dead letter')] = (await between.recv({ topic: 'dlq/dies' })).messages
  assert.equal(letter.dlq_reason, '2 deliveries failed; the last: no')
  await between.handle.nack({ msg_id: letter.msg_id, reason: 'still no' }, nack)

  const { handle, recv, clock } = await between.crash()
  const { call } = callBy<Operations['topic']>()
  const { ready, waiting } = await handle.topic({ topic: 'waits' }, call)
  assert.deepEqual([ready, waiting], [0, 1])
  clock.advance(60_000)
  assert.equal((await recv({ topic: 'waits' })).messages[0]?.attempt, 2)
  assert.equal((await recv({ topic: 'dlq/dies' })).messages[0]?.dlq_reason, 'still no')
})

test('who waits when the service crashes is forgotten, and takes no message along', async () => {
  const before = await service()
  void before.recv({ wait_ms: 20_000 })
  const { send, recv } = await before.crash()
  await send('hello')
  assert.equal((await recv()).messages.length, 1)
})

test('after a crash homes, follows and deletions are what they were, and new posts come first', async () => {
  const before = await service()
  const write = callBy<Operations['post']>().call
  const follow = callBy<Operations['follow']>().call
  const read = callBy<Operations['home']>().call
  await before.handle.follow({ user: 'zoe', author: 'ann' }, follow)
  const kept = { author: 'ann', text: 'kept', attrs: { a: '1' }, attachments: [storedAddress] }
  const { post_id } = await before.handle.post(kept, write)
  const gone = await before.handle.post({ author: 'ann', text: 'gone' }, write)
  await before.handle.removePost({ post_id: gone.post_id }, callBy<Operations['removePost']>().call)
  const home = await before.handle.home({ user: 'zoe' }, read)

  // A clock that was set back must not put the newest post behind the others.
  const { handle, clock } = await before.crash()
  clock.skewMs = -86_400_000
  assert.deepEqual(await handle.home({ user: 'zoe' }, read), home)
  await handle.post({ author: 'ann', text: 'newer' }, write)
  const { items } = await handle.home({ user: 'zoe' }, read)
  assert.deepEqual(
    items.map(({ text }) => text),
    ['newer', 'kept'],
  )
  assert.equal(items[1]?.post_id, post_id)
})

test('a fan-out that a crash cut short goes on by itself', async () => {
  const before = await service({ feedBytesMax: 10_000_000, pullThreshold: 10_000 })
  const follow = callBy<Operations['follow']>().call
  for (let n = 0; n < 9000; n++) await before.handle.follow({ user: `u${n}`, author: 'ann' }, follow)
  // The clock of the test stands still, so the fan-out does not get past its first pause.
  void before.handle.post({ author: 'ann', text: 'hi' }, callBy<Operations['post']>().call)
  await settled()
  const { handle, clock } = await before.crash()
  const read = callBy<Operations['home']>().call
  const last = async () => (await handle.home({ user: 'u8999' }, read)).items.length
  assert.equal(await last(), 0)
  for (let pause = 0; pause < 3; pause++) {
    clock.advance(0)
    await settled()
  }
  assert.equal(await last(), 1)
})

test('a batch as JSON is sent, received and acknowledged, each message with an outcome of its own', async () => {
  const { handle, recv, crash } = await service()
  const send = callBy<Operations['sendBatch']>().call
  const ack = callBy<Operations['ackBatch']>().call
  const message = (key: string, attrs?: Record<string, string>) => ({
    idem_key: key,
    payload_b64: btoa(key),
    ...(attrs === undefined ? {} : { attrs }),
  })
  const messages = [message('a', { n: '1' }), message('b'), message('a')]
  const { results, ...rest } = await handle.sendBatch({ topic: 'q', messages }, send)
  assert.deepEqual(rest, {})
  assert.deepEqual(
    results.map(({ duplicate }) => duplicate),
    [false, false, true],
  )
  const leased = (await recv()).messages
  assert.deepEqual(
    leased.map(({ msg_id, idem_key, attrs }) => [msg_id, idem_key, attrs]),
    [
      [results[0]?.msg_id, 'a', { n: '1' }],
      [results[1]?.msg_id, 'b', {}],
    ],
  )
  const [first = '', second = ''] = leased.map(({ msg_id }) => msg_id)
  const unknown = '01ARYZ6S41TSV4RRFFQ69G5FAV'
  const receipts = { msg_ids: [first, unknown, first], lease: leased[0]?.lease ?? '' }
  const outcomes = ['done', 'unknown', 'done']
  assert.deepEqual(await handle.ackBatch(receipts, ack), { done: 2, outcomes })
  const late = { msg_ids: [second], lease: '0123456789abcdef' }
  assert.deepEqual(await handle.ackBatch(late, ack), { done: 0, outcomes: ['conflict'] })

  const after = await crash()
  assert.deepEqual(await after.handle.ackBatch({ msg_ids: [first, second] }, ack), {
    done: 2,
    outcomes: ['done', 'done'],
  })
  assert.deepEqual(await after.handle.sendBatch({ topic: 'q', messages: [message('a')] }, send), {
    results: [{ msg_id: first, duplicate: true }],
  })
  const broken = [message('c'), { idem_key: 'd', payload_b64: '!' }]
  assert.throws(
    () => handle.sendBatch({ topic: 'q', messages: broken }, send),
    refusal('BadRequest', /messages\.1\.payload_b64 is not base64/),
  )
})

test('a batch that does not fit says what is kept of it and why not more', async () => {
  const { handle, recv } = await service({ depthMax: 2 })
  const { call } = callBy<Operations['sendPacked']>()
  const { kept, duplicates, refused_code, refused_detail, body } = await handle.sendPacked(
    { topic: 'q', body: lettersOf('a', 'b', 'c') },
    call,
  )
  assert.deepEqual([kept, duplicates, refused_code, body.length], [2, 0, 'Busy', 34])
  assert.match(refused_detail ?? '', /holds 2 messages, its limit/)
  assert.deepEqual(
    (await recv()).messages.map(({ idem_key }) => idem_key),
    ['a', 'b'],
  )
  assert.throws(
    () => handle.sendPacked({ topic: 'q', body: lettersOf('c') }, call),
    refusal('Busy', /holds 2 messages/),
  )
})

test('packed messages come as they were sent, under one lease, with why a dead one died', async () => {
  const { handle, clock } = await service({ attemptsMax: 1 })
  const [send, recv] = [callBy<Operations['sendPacked']>().call, callBy<Operations['recvPacked']>().call]
  const { call } = callBy<Operations['ackPacked']>()
  const attrs = { 'a.b': 'ö 你 \ud800' }
  const letters = [
    encodeLetter({ idem_key: 'k1', attrs, payload: utf8('hello') }),
    encodeLetter({ idem_key: 'k2', attrs: {}, payload: new Uint8Array(0) }),
  ]
  const { body: receipts } = await handle.sendPacked({ topic: 'q', body: joinRows(letters) }, send)
  const first = await handle.recvPacked({ topic: 'q', visibility_ms: 250 }, recv)
  assert.deepEqual([first.outcome, first.count], ['messages', 2])
  assert.match(first.lease ?? '', /^[0-9a-f]{16}$/)
  const seen = deliveriesIn(first.body)
  assert.deepEqual(
    seen.map(({ idem_key, attrs: said, attempt, dlq_reason }) => [idem_key, said, attempt, dlq_reason]),
    [
      ['k1', attrs, 1, ''],
      ['k2', {}, 1, ''],
    ],
  )
  assert.equal(new TextDecoder().decode(seen[0]?.payload), 'hello')
  assert.deepEqual([seen[0]?.msg_id, seen[0]?.sent_at_ms], [ulidText(receipts, 1), clock.now()])

  const empty = await handle.recvPacked({ topic: 'q' }, recv)
  assert.deepEqual([empty.outcome, empty.count, empty.body.length], ['empty', 0, 0])
  const ids = new Uint8Array(48)
  ids.set(receipts.subarray(1, 17))
  ids.set(receipts.subarray(18, 34), 16)
  const late = await handle.ackPacked({ lease: '0123456789abcdef', body: ids }, call)
  assert.deepEqual([late.done, [...late.body]], [0, [2, 2, 1]])

  clock.advance(250)
  const dead = await handle.recvPacked({ topic: 'dlq/q' }, recv)
  assert.match(
    deliveriesIn(dead.body)[0]?.dlq_reason ?? '',
    /1 deliveries failed; the last: the lease ran out/,
  )
  const done = await handle.ackPacked({ body: ids }, call)
  assert.deepEqual([done.done, [...done.body]], [2, [0, 0, 1]])
})

test('what is not packed as it should be is refused with what is wrong', async () => {
  const { handle } = await service({ depthMax: 1000 })
  const send = (body: Uint8Array<ArrayBuffer>) =>
    handle.sendPacked({ topic: 'q', body }, callBy<Operations['sendPacked']>().call)
  const packed = /not packed letters, 1 to 256 of them/
  assert.throws(() => send(new Uint8Array(0)), refusal('BadRequest', packed))
  assert.throws(() => send(Uint8Array.of(0, 0, 0, 9)), refusal('BadRequest', packed))
  assert.throws(
    () => send(lettersOf(...Array.from({ length: 257 }, (_, n) => `k${n}`))),
    refusal('BadRequest', packed),
  )
  const good = encodeLetter({ idem_key: 'k', attrs: {}, payload: utf8('x') })
  const withKey = (key: number) => Uint8Array.of(1, key, 0, 0)
  assert.throws(
    () => send(joinRows([good, withKey(0x20)])),
    refusal('BadRequest', /letter 1 is cut short, or its key/),
  )
  const withAttrs = (attrs: unknown) => {
    const said = utf8(JSON.stringify(attrs))
    return joinRows([good, Uint8Array.from([1, 0x6b, said.length >> 8, said.length & 0xff, ...said])])
  }
  const many = Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`n${n}`, '']))
  for (const [attrs, because] of [
    [[], /letter 1: its attributes are not a JSON object/],
    ['x', /not a JSON object/],
    [{ 'a b': '' }, /the name of an attribute must match/],
    [{ a: 1 }, /attribute a is not a text/],
    [{ a: 'x'.repeat(257) }, /attribute a is not a text of at most 256 characters/],
    [many, /it has 17 attributes, the limit is 16/],
  ] as const)
    assert.throws(() => send(withAttrs(attrs)), refusal('BadRequest', because))
  const noJson = Uint8Array.of(1, 0x6b, 0, 1, 0x7b)
  assert.throws(() => send(joinRows([noJson])), refusal('BadRequest', /not a JSON object/))

  const ack = (body: Uint8Array<ArrayBuffer>) =>
    handle.ackPacked({ body }, callBy<Operations['ackPacked']>().call)
  for (const length of [0, 17, 257 * 16])
    assert.throws(
      () => ack(new Uint8Array(length)),
      refusal('BadRequest', /packed ids have 16 each, 1 to 256/),
    )
  assert.deepEqual((await send(joinRows([good]))).kept, 1)
})

test('a receiver that waits gets a batch in one piece, and a subscriber sees each of it', async () => {
  const { handle } = await service()
  const watching = callBy<Operations['subscribe']>(undefined, 10)
  const over = handle.subscribe({ topic: 'q' }, watching.call)
  const waiting = handle.recvPacked({ topic: 'q', wait_ms: 20_000 }, callBy<Operations['recvPacked']>().call)
  await handle.sendPacked({ topic: 'q', body: lettersOf('a', 'b') }, callBy<Operations['sendPacked']>().call)
  assert.deepEqual(
    deliveriesIn((await waiting).body).map(({ idem_key }) => idem_key),
    ['a', 'b'],
  )
  assert.deepEqual(
    watching.events.map(({ payload_b64 }) => payload_b64),
    [btoa('a'), btoa('b')],
  )
  watching.abort()
  assert.deepEqual(await over, { delivered: 2, lost: 0 })
})

test('a full journal refuses to keep more and says what to do, and what it keeps can still be worked off', async () => {
  const before = await service({ journalBytesMax: 20_000, depthMax: 10_000 })
  const sent: string[] = []
  const full = refusal(
    'Full',
    /20000 bytes \(journalBytesMax\).*receive and acknowledge messages, or raise it/,
  )
  await assert.rejects(async () => {
    for (;;) sent.push((await before.send('hello')).msg_id)
  }, full)
  const { call } = callBy<Operations['follow']>()
  const follow = async () => before.handle.follow({ user: 'zoe', author: 'ann' }, call)
  await assert.rejects(follow, refusal('Full', /journalBytesMax/))

  // Leases and reasons are records too, many more of them than fit beside what is kept.
  const nack = callBy<Operations['nack']>().call
  for (let attempt = 0; attempt < 20; attempt++) {
    const { messages } = await before.recv({ topic: attempt < 5 ? 'q' : 'dlq/q', max_messages: 256 })
    for (const { msg_id } of messages) await before.handle.nack({ msg_id, reason: '你'.repeat(256) }, nack)
    before.clock.advance(60_000)
  }
  const after = await before.crash()
  for (const msg_id of sent) {
    const { messages } = await after.recv({ topic: 'dlq/q', max_messages: 1 })
    assert.deepEqual(
      messages.map((message) => message.msg_id),
      [msg_id],
    )
    await after.ack(msg_id)
  }
  await after.send('there is room again')
})

test('a journal that another version wrote is refused with what to do', async () => {
  for (const [record, message] of [
    [[2, 1], /has version 2, this node reads 1; run the node that wrote it/],
    [[1, 255], /has kind 255, which this node does not know; run the node that wrote it/],
    [[1, 8, 1, 1], /has 1 bytes after its last field/],
    [[1, 8], /ends before its last field/],
  ] as const) {
    const place = journalPlace()
    const journal = await opened(place)
    journal.append(Uint8Array.from(record), 0)
    await assert.rejects(service({}, 0, place), message)
  }
})

test('a spare that follows sets no timer and says nothing, and takes over with every message', async () => {
  const place = journalPlace()
  const first = await service({}, 0, place)
  await first.send('one')
  await first.recv()
  const { journal, take } = place.follow()
  const clock = new HandClock()
  const lines: string[] = []
  const say = (line: string) => void lines.push(line)
  const spare = start({
    ...system,
    log: { debug: say, info: say, warn: say, error: say },
    journal,
    clock,
    random: seededRandom(++started),
    config: defaults,
    peers: { storage: { stat } as Client<typeof storage> },
  })
  await settled()
  await first.send('two')
  await settled()
  assert.deepEqual([clock.timers, lines], [0, []])

  take()
  const { handle } = await spare
  assert.deepEqual([clock.timers > 0, lines], [true, ['rebuilt from the journal', 'mailbox is open']])
  const { topics } = await handle.topics({}, callBy<Operations['topics']>().call)
  assert.deepEqual(
    topics.map(({ ready, leased }) => [ready, leased]),
    [[1, 1]],
  )
})
