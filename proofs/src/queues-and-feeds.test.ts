/** Queues with leases, dead letters and deduplication, and feeds that can be watched live, over plain HTTP. */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { packIds, packLetters, SDK, unpackDeliveries, unpackOutcomes, unpackReceipts } from '@ron/app-sdk'
import { eventually } from './eventually.ts'
import { openEvents } from './event-source.ts'
import { asker, type Problem } from './http.ts'
import { scrape } from './metrics.ts'
import { startNode } from './node-process.ts'

const settings = ['attempts_max=2', 'backoff_base=1ms', 'backoff_max=1ms', 'subscribers_max=1']
const node = await startNode({ args: settings.flatMap((setting) => ['--set', `mailbox.${setting}`]) })
const ask = asker(node)

interface Envelope {
  readonly msg_id: string
  readonly payload_b64: string
  readonly attempt: number
  readonly lease: string
  readonly dlq_reason?: string
}

async function send(topic: string, text: string, key: string, more: object = {}) {
  const payload_b64 = Buffer.from(text).toString('base64')
  return ask('POST /v1/mailbox/send', { json: { topic, idem_key: key, payload_b64, ...more } })
}

async function receive(topic: string, more: object = {}): Promise<readonly Envelope[]> {
  const reply = await ask('POST /v1/mailbox/recv', { json: { topic, ...more } })
  assert.equal(reply.status, 200, reply.text)
  return reply.json<{ readonly messages: readonly Envelope[] }>().messages
}

test('a message is leased to one receiver, and is done once acknowledged', async () => {
  assert.equal((await send('orders', 'one', 'k1')).status, 200)
  const [message, ...others] = await receive('orders', { visibility_ms: 60_000 })
  assert(message !== undefined && others.length === 0)
  assert.equal(Buffer.from(message.payload_b64, 'base64').toString(), 'one')
  assert.equal(message.attempt, 1)
  assert.deepEqual(await receive('orders'), [])
  const { msg_id, lease } = message
  assert.equal((await ask('POST /v1/mailbox/ack', { json: { msg_id, lease } })).status, 200)
  assert.equal((await ask(`POST /v1/mailbox/ack/${msg_id}`, { json: { lease } })).status, 200)
  assert.equal((await ask('POST /v1/mailbox/nack', { json: { msg_id } })).status, 409)
})

test('a receiver that waits gets the message that is sent meanwhile', async () => {
  const waiting = receive('letters', { wait_ms: 20_000 })
  await eventually('the receiver to wait', async () => {
    return (await scrape(node)).value('inflight_requests{route="/v1/mailbox/recv"}') === 1
  })
  await send('letters', 'for you', 'k')
  assert.deepEqual(
    (await waiting).map(({ payload_b64 }) => Buffer.from(payload_b64, 'base64').toString()),
    ['for you'],
  )
})

test('the same send is the same message, or a conflict for those who ask for one', async () => {
  interface Sent {
    readonly msg_id: string
    readonly duplicate: boolean
  }
  const first = (await send('bills', 'x', 'same')).json<Sent>()
  const again = (await send('bills', 'x', 'same')).json<Sent>()
  assert.deepEqual([first.duplicate, again.duplicate, again.msg_id], [false, true, first.msg_id])
  assert.notEqual((await send('bills', 'another', 'same')).json<Sent>().msg_id, first.msg_id)

  const headers = { 'idempotency-key': 'same', 'x-idempotency-mode': '409-conflict' }
  const body = new TextEncoder().encode('x')
  const refused = await ask('POST /v1/mailbox/topics/bills', { headers, body })
  assert.deepEqual([refused.status, refused.json<Problem>().code], [409, 'Conflict'])
  const payload_b64 = 'eA=='
  assert.equal((await ask('POST /v1/mailbox/send', { json: { topic: 'bills', payload_b64 } })).status, 400)
  assert.equal((await receive('bills')).length, 2)
})

test('a message that keeps failing becomes a dead letter with its reason, and can be sent again', async () => {
  await send('jobs', 'poison', 'k')
  for (const attempt of [1, 2]) {
    const [message] = await receive('jobs', { wait_ms: 10_000 })
    assert.equal(message?.attempt, attempt)
    await ask('POST /v1/mailbox/nack', { json: { msg_id: message.msg_id, reason: `failure ${attempt}` } })
  }
  assert.deepEqual(await receive('jobs'), [])
  interface Counts {
    readonly dead: number
    readonly ready: number
  }
  assert.equal((await ask('GET /v1/mailbox/topics/jobs')).json<Counts>().dead, 1)
  const [dead] = await receive('dlq/jobs', { visibility_ms: 250 })
  assert.match(dead?.dlq_reason ?? '', /failure 2/)

  const reprocess = async () =>
    (await ask('POST /v1/mailbox/dlq/reprocess', { json: { topic: 'jobs' } })).json<{
      readonly moved: number
    }>()
  await eventually('the lease on the dead letter to end', async () => (await reprocess()).moved === 1)
  const [revived] = await receive('jobs')
  assert.equal(revived?.attempt, 1)
  assert.equal(Buffer.from(revived.payload_b64, 'base64').toString(), 'poison')
})

test('a batch is sent, received and acknowledged in one call each, message by message', async () => {
  const message = (key: string) => ({ idem_key: key, payload_b64: Buffer.from(key).toString('base64') })
  const messages = ['a', 'b', 'a'].map(message)
  interface Results {
    readonly results: readonly { readonly msg_id: string; readonly duplicate: boolean }[]
  }
  const sent = await ask('POST /v1/mailbox/send_batch', { json: { topic: 'batches', messages } })
  assert.equal(sent.status, 200, sent.text)
  const { results } = sent.json<Results>()
  assert.deepEqual(
    results.map(({ duplicate }) => duplicate),
    [false, false, true],
  )
  const leased = await receive('batches')
  assert.deepEqual(
    leased.map(({ msg_id }) => msg_id),
    [results[0]?.msg_id, results[1]?.msg_id],
  )
  const msg_ids = [...leased.map(({ msg_id }) => msg_id), '01ARYZ6S41TSV4RRFFQ69G5FAV']
  const acked = await ask('POST /v1/mailbox/ack_batch', { json: { msg_ids, lease: leased[0]?.lease } })
  assert.deepEqual(acked.json(), { done: 2, outcomes: ['done', 'done', 'unknown'] })

  const strange = { topic: 'batches', messages: [{ ...message('c'), priority: 1 }] }
  assert.equal((await ask('POST /v1/mailbox/send_batch', { json: strange })).status, 400)
  const many = { topic: 'batches', messages: Array.from({ length: 257 }, (_, n) => message(`${n}`)) }
  assert.equal((await ask('POST /v1/mailbox/send_batch', { json: many })).status, 400)
})

for (const carrier of ['http', 'oap'] as const) {
  test(`packed messages go through over ${carrier}, a full batch at a time`, async () => {
    const sdk = new SDK({ baseUrl: node.url, cap: node.token, carrier })
    try {
      const topic = `packed/${carrier}`
      const drafts = Array.from({ length: 256 }, (_, n) => ({
        idem_key: `k${n}`,
        payload: new Uint8Array(1024).fill(n),
        attrs: n === 0 ? { first: 'yes, ö' } : {},
      }))
      const body = packLetters(drafts)
      const sent = await sdk.mailbox.sendPacked({ topic, body })
      assert.deepEqual([sent.kept, sent.duplicates, sent.refused_code], [256, 0, undefined])
      assert.deepEqual((await sdk.mailbox.sendPacked({ topic, body })).duplicates, 256)
      const most = { max_messages: 256, max_bytes: 1_048_576 }
      const { count, lease, body: packed } = await sdk.mailbox.recvPacked({ topic, ...most })
      const deliveries = unpackDeliveries(packed)
      assert.deepEqual([count, deliveries.length], [256, 256])
      assert.deepEqual(
        deliveries.map(({ msg_id }) => msg_id),
        unpackReceipts(sent.body).map(({ msg_id }) => msg_id),
      )
      assert.ok(
        deliveries.every(
          ({ payload }, n) => payload.length === 1024 && payload.every((byte) => byte === n % 256),
        ),
      )
      assert.deepEqual(deliveries[0]?.attrs, { first: 'yes, ö' })
      const ids = packIds(deliveries.map(({ msg_id }) => msg_id))
      const acked = await sdk.mailbox.ackPacked({ ...(lease === undefined ? {} : { lease }), body: ids })
      assert.equal(acked.done, 256)
      assert.ok(unpackOutcomes(acked.body).every((outcome) => outcome === 'done'))
      assert.equal((await sdk.mailbox.recvPacked({ topic })).outcome, 'empty')
    } finally {
      sdk.close()
    }
  })
}

test('a subscriber sees what is sent from then on, and leaving frees its place', async () => {
  const url = `${node.url}/v1/mailbox/subscribe?topic=news`
  const first = await openEvents(url, node.token)
  assert.deepEqual([first.status, first.contentType], [200, 'text/event-stream'])
  await send('news', 'extra!', 'k')
  const event = await first.next()
  assert.equal(event?.kind, 'message')
  const { payload_b64 }: Envelope = JSON.parse(event.data)
  assert.equal(Buffer.from(payload_b64, 'base64').toString(), 'extra!')
  assert.equal((await receive('news')).length, 1, 'watching takes nothing from the queue')

  // The node was told to take one subscriber.
  assert.equal((await ask('GET /v1/mailbox/subscribe?topic=news')).status, 429)
  first.leave()
  await eventually('the place to be free', async () => {
    const next = await openEvents(url, node.token)
    next.leave()
    return next.status === 200
  })
})

test('a post reaches the home of a follower, newest first, and goes when the follow ends', async () => {
  const follow = (verb: 'follow' | 'unfollow') =>
    ask(`POST /feed/${verb}`, { json: { user: 'alice', author: 'bob' } })
  await follow('follow')
  for (const text of ['first', 'second', 'third'])
    await ask('POST /feed/fanout', { json: { author: 'bob', text } })
  interface Home {
    readonly items: readonly { readonly text: string; readonly post_id: string }[]
    readonly next_cursor?: string
  }
  const home = async (query: string) => (await ask(`GET /feed/home?user=alice${query}`)).json<Home>()
  const texts = ({ items }: Home) => items.map(({ text }) => text)
  const newest = await home('&limit=2')
  assert.deepEqual(texts(newest), ['third', 'second'])
  const older = await home(`&limit=2&cursor=${newest.next_cursor}`)
  assert.deepEqual([texts(older), older.next_cursor], [['first'], undefined])

  assert.equal((await ask(`DELETE /feed/posts/${newest.items[0]?.post_id}`)).status, 200)
  assert.deepEqual(texts(await home('')), ['second', 'first'])
  await follow('unfollow')
  assert.deepEqual(texts(await home('')), [])
  assert.equal((await ask('GET /feed/home?user=alice&cursor=nonsense')).status, 400)
})

test('an attachment must be stored before a post can carry it', async () => {
  const { address } = (await ask('PUT /objects/photo', { body: 'pixels' })).json<{
    readonly address: string
  }>()
  const post = (attachments: string[]) => ask('POST /feed/post', { json: { author: 'eve', attachments } })
  assert.equal((await post([address])).status, 200)
  assert.equal((await post([`b3:${'0'.repeat(64)}`])).status, 404)
})

test('a home can be watched live', async () => {
  await ask('POST /feed/follow', { json: { user: 'carol', author: 'dan' } })
  const watched = await eventually('a free place', async () => {
    const opened = await openEvents(`${node.url}/feed/subscribe?user=carol`, node.token)
    return opened.status === 200 ? opened : null
  })
  await ask('POST /feed/post', { json: { author: 'dan', text: 'live' } })
  await ask('POST /feed/post', { json: { author: 'stranger', text: 'not for carol' } })
  const event = await watched.next()
  const { text }: { text: string } = JSON.parse(event?.data ?? '{}')
  assert.deepEqual([event?.kind, text], ['post', 'live'])
  watched.leave()
})
