import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test, type TestContext } from 'node:test'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { until } from '@ron/kernel/system/until'
import { fromBase64 } from '@ron/transport/macaroon/base64'
import { readCancel } from '@ron/transport/oap/control'
import { flag, has, type Frame } from '@ron/transport/oap/frame'
import { helloReplyPayload } from '@ron/transport/oap/hello'
import { encodeMessage } from '@ron/transport/oap/message'
import { replyTo } from '@ron/transport/oap/reply'
import {
  answerControl,
  helloReply,
  isCancel,
  messageIn,
  oapPeer,
  type OnFrame,
  type PeerConnection,
} from './oap-peer.fixture.ts'
import { DeadlineError, NodeError, SDK, type SdkOptions } from './sdk.ts'
import { system, type System } from './system.ts'

const cap = 'AgEDcm9u'
const retry = { attemptsMax: 4, baseMs: 1, capMs: 1 }
const never: OnFrame = () => {}

async function against(
  t: TestContext,
  onFrame: OnFrame,
  {
    onControl,
    clock = system,
    ...options
  }: Partial<SdkOptions> & { onControl?: OnFrame; clock?: Omit<System, 'fraction'> } = {},
) {
  const peer = await oapPeer(onFrame, onControl)
  const outside = { monotonic: () => clock.monotonic(), after: clock.after.bind(clock), fraction: () => 0 }
  const sdk = new SDK({ baseUrl: peer.baseUrl, cap, carrier: 'oap', retry, ...options }, outside)
  t.after(() => {
    sdk.close()
    return peer.close()
  })
  return { peer, sdk }
}

/** Answers like a home that is empty. */
const emptyHome: OnFrame = (frame, connection) => connection.answer(frame, 200, { user: 'alice', items: [] })

const post = (n: number) => ({ kind: 'post', post_id: String(n) })

test('a call goes out as a frame with its capability and comes back as its answer', async (t) => {
  const { peer, sdk } = await against(t, (frame, connection) => {
    const { fields, body } = messageIn(frame)
    connection.answer(frame, 206, { outcome: 'part', etag: String(fields['name']) }, body.subarray(0, 0))
  })
  const got = await sdk.objects.get({ name: 'a', range: undefined })
  assert.deepEqual(got, { outcome: 'part', etag: 'a', body: new Uint8Array(0) })
  const [hello, request] = peer.connections[0]?.frames ?? []
  assert.equal(hello?.appProtoId, 0)
  assert.equal(hello?.cap.length, 0)
  assert.deepEqual([request?.appProtoId, request?.code], [0x0101, 1])
  assert.deepEqual(request?.cap, fromBase64(cap))
  assert.deepEqual(request && messageIn(request).fields, { name: 'a' })
})

test('without a capability a call is one plain frame', async (t) => {
  const { peer, sdk } = await against(t, emptyHome, { cap: undefined })
  await sdk.feed.home({ user: 'alice' })
  assert.equal(peer.connections[0]?.frames[1]?.flags, flag.REQ)
})

test('calls share one connection and are answered in any order', async (t) => {
  const waiting: Frame[] = []
  const { peer, sdk } = await against(t, (frame, connection) => {
    waiting.push(frame)
    if (waiting.length < 3) return
    for (const one of waiting.toReversed())
      connection.answer(one, 200, { user: messageIn(one).fields['user'], items: [] })
  })
  const users = ['a', 'b', 'c']
  const answers = await Promise.all(users.map((user) => sdk.feed.home({ user })))
  assert.deepEqual(
    answers.map(({ user }) => user),
    users,
  )
  assert.equal(peer.connections.length, 1)
})

test('bytes larger than a frame travel as a stream, both ways', async (t) => {
  const { sdk } = await against(t, (frame, connection) => {
    if (!has(frame, flag.END)) return
    const body = new Uint8Array(900_000).fill(7)
    const payload = encodeMessage({ fields: { outcome: 'whole' }, body })
    const head = { ...replyTo(frame, 'RESP', 200), cap: new Uint8Array(0) }
    for (let at = 0; at < payload.length; at += 65_536) {
      const place = (at === 0 ? flag.START : 0) | (at + 65_536 >= payload.length ? flag.END : 0)
      connection.send({
        ...head,
        flags: flag.RESP | flag.ACK_REQ | place,
        payload: payload.subarray(at, at + 65_536),
      })
    }
  })
  const { body } = await sdk.objects.get({ name: 'a' })
  assert.equal(body.length, 900_000)
  assert.ok(body.every((byte) => byte === 7))
})

test('each frame of a streamed answer that asks for it is acknowledged', async (t) => {
  const { peer, sdk } = await against(t, (frame, connection) => {
    const head = { ...replyTo(frame, 'RESP', 200), flags: flag.RESP | flag.ACK_REQ }
    connection.send({
      ...head,
      flags: head.flags | flag.START,
      payload: encodeMessage({ fields: {}, body: new Uint8Array(1) }),
    })
    connection.send({ ...head, payload: new Uint8Array(1) })
    connection.send({ ...head, flags: head.flags | flag.END, payload: new Uint8Array(1) })
  })
  assert.equal((await sdk.objects.get({ name: 'a' })).body.length, 3)
  await until(() => peer.connections[0]?.acknowledgements.length === 3, 'the acknowledgements')
})

test('a refusal is a NodeError that carries the whole problem, and Retry-After is kept to', async (t) => {
  let tries = 0
  const { sdk } = await against(t, (frame, connection) => {
    tries++
    if (tries === 1)
      connection.answer(frame, 429, { code: 'Busy', detail: 'full', retryable: true, retry_after_ms: 1 })
    else
      connection.answer(frame, 403, {
        code: 'PolicyDenied',
        detail: 'no',
        explain: { wall: 'policy', rule: 'r1' },
      })
  })
  await assert.rejects(sdk.feed.post({ author: 'a' }), (error) => {
    assert.ok(error instanceof NodeError)
    assert.deepEqual([error.code, error.status, error.problem.explain?.rule], ['PolicyDenied', 403, 'r1'])
    return true
  })
  assert.equal(tries, 2)
})

test('calls beyond the places of a connection wait for their turn', async (t) => {
  const waiting: [Frame, PeerConnection][] = []
  const onControl: OnFrame = (frame, connection) => {
    if (isCancel(frame)) return answerControl(frame, connection)
    connection.send({
      ...replyTo(frame, 'RESP', 200),
      payload: helloReplyPayload({ ...helloReply, inFlightMax: 3 }),
    })
  }
  const { sdk } = await against(t, (frame, connection) => waiting.push([frame, connection]), { onControl })
  const calls = Array.from({ length: 7 }, (_, n) => sdk.feed.home({ user: `u${n}` }))
  let open = 0
  for (let answered = 0; answered < 7; answered++) {
    await until(() => waiting.length > 0, 'a call')
    open = Math.max(open, waiting.length)
    const [frame, connection] = waiting.shift() ?? assert.fail('no call')
    connection.answer(frame, 200, { user: messageIn(frame).fields['user'], items: [] })
  }
  assert.deepEqual(
    (await Promise.all(calls)).map(({ user }) => user),
    ['u0', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6'],
  )
  assert.equal(open, 2, 'one of three places is kept for CANCEL')
})

test('a call that is aborted is cancelled at the node, and rejects with the reason given', async (t) => {
  const { peer, sdk } = await against(t, never)
  const caller = new AbortController()
  const reason = new Error('enough')
  const call = assert.rejects(sdk.feed.home({ user: 'a' }, { signal: caller.signal }), reason)
  await until(() => peer.connections[0]?.frames.length === 2, 'the request')
  caller.abort(reason)
  await call
  await until(() => peer.connections[0]?.cancels.length === 1, 'CANCEL')
  const [, request, cancel] = peer.connections[0]?.frames ?? []
  assert.equal(cancel && readCancel(cancel.payload), request?.corrId)
  assert.equal(getEventListeners(caller.signal, 'abort').length, 0)
})

test('a call whose deadline passes is cancelled, and its place is free again', async (t) => {
  const clock = new ManualClock()
  const onControl: OnFrame = (frame, connection) => {
    if (isCancel(frame)) return answerControl(frame, connection)
    connection.send({
      ...replyTo(frame, 'RESP', 200),
      payload: helloReplyPayload({ ...helloReply, inFlightMax: 2 }),
    })
  }
  let answering = false
  const { peer, sdk } = await against(t, (frame, connection) => answering && emptyHome(frame, connection), {
    onControl,
    clock,
  })
  const late = assert.rejects(sdk.feed.home({ user: 'a' }, { timeoutMs: 1_000 }), DeadlineError)
  await until(() => peer.connections[0]?.frames.length === 2, 'the request')
  clock.advance(1_000)
  await late
  answering = true
  assert.deepEqual((await sdk.feed.home({ user: 'b' })).items, [])
  assert.equal(peer.connections.length, 1)
})

test('an answer that comes after its call was given up changes nothing', async (t) => {
  const caller = new AbortController()
  const { peer, sdk } = await against(t, (frame, connection) => {
    if (messageIn(frame).fields['user'] === 'a') caller.abort()
    setImmediate(() => emptyHome(frame, connection))
  })
  await assert.rejects(sdk.feed.home({ user: 'a' }, { signal: caller.signal }))
  assert.deepEqual((await sdk.feed.home({ user: 'b' })).items, [])
  assert.equal(peer.connections.length, 1)
})

test('an event is acknowledged when it is taken, not when it arrives', async (t) => {
  const { peer, sdk } = await against(t, (frame, connection) => {
    for (const n of [1, 2, 3]) connection.event(frame, post(n))
  })
  const events = sdk.feed.watchHome({ user: 'alice' })[Symbol.asyncIterator]()
  assert.equal((await events.next()).value?.post_id, '1')
  await until(() => peer.connections[0]?.acknowledgements.length === 1, 'the first acknowledgement')
  assert.equal((await events.next()).value?.post_id, '2')
  await until(() => peer.connections[0]?.acknowledgements.length === 2, 'the second acknowledgement')
  await events.return?.()
})

test('a subscription ends when the node answers it, after the events that came before', async (t) => {
  const { sdk } = await against(t, (frame, connection) => {
    connection.event(frame, post(1))
    connection.event(frame, post(2))
    connection.answer(frame, 200, { delivered: 2, lost: 0 })
  })
  const seen = []
  for await (const { post_id } of sdk.feed.watchHome({ user: 'alice' })) seen.push(post_id)
  assert.deepEqual(seen, ['1', '2'])
})

test('leaving the loop cancels the subscription', async (t) => {
  const { peer, sdk } = await against(t, (frame, connection) => connection.event(frame, post(1)))
  const { signal } = new AbortController()
  for await (const _ of sdk.feed.watchHome({ user: 'alice' }, { signal })) break
  await until(() => peer.connections[0]?.cancels.length === 1, 'CANCEL')
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('aborting the signal cancels the subscription and throws its reason', async (t) => {
  const { peer, sdk } = await against(t, (frame, connection) => connection.event(frame, post(1)))
  const caller = new AbortController()
  const reason = new Error('enough')
  await assert.rejects(async () => {
    for await (const _ of sdk.feed.watchHome({ user: 'alice' }, { signal: caller.signal }))
      caller.abort(reason)
  }, reason)
  await until(() => peer.connections[0]?.cancels.length === 1, 'CANCEL')
})

test('a refused subscription throws the refusal', async (t) => {
  const { sdk } = await against(t, (frame, connection) =>
    connection.answer(frame, 403, { code: 'PolicyDenied', detail: 'no' }),
  )
  await assert.rejects(
    sdk.feed.watchHome({ user: 'alice' })[Symbol.asyncIterator]().next(),
    (error) => error instanceof NodeError && error.code === 'PolicyDenied',
  )
})

test('a node that sends more events than its window allows is cut off', async (t) => {
  const { peer, sdk } = await against(t, (frame, connection) => {
    for (let n = 0; n < 100; n++) connection.event(frame, post(n))
  })
  const events = sdk.feed.watchHome({ user: 'alice' })[Symbol.asyncIterator]()
  await events.next()
  await until(() => peer.connections[0]?.cancels.length === 1, 'CANCEL')
  await assert.rejects(async () => {
    while (!(await events.next()).done) continue
  }, /more events than its window allows/)
})
