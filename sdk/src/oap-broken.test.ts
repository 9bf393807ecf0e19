import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { until } from '@ron/kernel/system/until'
import { encodeFrame, flag } from '@ron/transport/oap/frame'
import { helloReplyPayload } from '@ron/transport/oap/hello'
import { encodeMessage } from '@ron/transport/oap/message'
import { replyTo } from '@ron/transport/oap/reply'
import fc from 'fast-check'
import { httpPeer } from './http-peer.fixture.ts'
import { answerControl, helloReply, isCancel, messageIn, oapPeer, type OnFrame } from './oap-peer.fixture.ts'
import { ConnectionError, NodeError, ProtocolError, SDK, type SdkOptions } from './sdk.ts'
import { system, type System } from './system.ts'

const retry = { attemptsMax: 1, baseMs: 1, capMs: 1 }
const never: OnFrame = () => {}
const emptyHome: OnFrame = (frame, connection) => connection.answer(frame, 200, { user: 'alice', items: [] })

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
  const sdk = new SDK({ baseUrl: peer.baseUrl, carrier: 'oap', retry, ...options }, outside)
  t.after(() => {
    sdk.close()
    return peer.close()
  })
  return { peer, sdk }
}

test('when the connection closes, what was open fails and the next call connects anew', async (t) => {
  const { peer, sdk } = await against(t, (frame, connection) => {
    if (messageIn(frame).fields['user'] === 'a') connection.close(1001, 'going away')
    else emptyHome(frame, connection)
  })
  await assert.rejects(sdk.feed.home({ user: 'a' }), (error) => {
    assert.ok(error instanceof ConnectionError)
    assert.match(error.message, /closed \(1001, going away\)/)
    return true
  })
  assert.deepEqual((await sdk.feed.home({ user: 'b' })).items, [])
  assert.equal(peer.connections.length, 2)
})

test('one that is not to connect anew does not, and says that nothing was sent', async (t) => {
  const { peer, sdk } = await against(
    t,
    (frame, connection) => {
      if (messageIn(frame).fields['user'] === 'a') connection.close(1001, 'going away')
      else emptyHome(frame, connection)
    },
    { reconnect: false },
  )
  assert.deepEqual((await sdk.feed.home({ user: 'b' })).items, [])
  await assert.rejects(sdk.feed.home({ user: 'a' }), ConnectionError)
  await assert.rejects(sdk.feed.home({ user: 'b' }), (error) => {
    assert.ok(error instanceof ConnectionError && error.untouched)
    assert.match(error.message, /no other is to be opened/)
    return true
  })
  assert.equal(peer.connections.length, 1)
})

test('a connection that drops fails calls and subscriptions alike', async (t) => {
  const { peer, sdk } = await against(t, (frame, connection) => connection.event(frame, { kind: 'post' }))
  const events = sdk.feed.watchHome({ user: 'alice' })[Symbol.asyncIterator]()
  await events.next()
  const call = assert.rejects(sdk.feed.home({ user: 'a' }), ConnectionError)
  await until(() => peer.connections[0]?.frames.length === 4, 'the second request')
  peer.connections[0]?.drop()
  await call
  await assert.rejects(events.next(), ConnectionError)
})

test('a read that broke with its connection is tried again on the next one', async (t) => {
  let tries = 0
  const { peer, sdk } = await against(
    t,
    (frame, connection) => {
      tries++
      if (tries === 1) connection.drop()
      else emptyHome(frame, connection)
    },
    { retry: { attemptsMax: 2, baseMs: 1, capMs: 1 } },
  )
  assert.deepEqual((await sdk.feed.home({ user: 'a' })).items, [])
  assert.equal(peer.connections.length, 2)
})

test('nothing is sent on a connection that has closed, not even CANCEL', async (t) => {
  const caller = new AbortController()
  const { peer, sdk } = await against(t, (_, connection) => connection.drop())
  await assert.rejects(sdk.feed.home({ user: 'a' }, { signal: caller.signal }), ConnectionError)
  caller.abort()
  assert.deepEqual(peer.connections[0]?.cancels, [])
})

test('a node that cannot be reached says so, and that nothing was sent', async () => {
  const peer = await oapPeer(never)
  await peer.close()
  const sdk = new SDK({ baseUrl: peer.baseUrl, carrier: 'oap', retry })
  await assert.rejects(sdk.feed.post({ author: 'a' }), (error) => {
    assert.ok(error instanceof ConnectionError)
    assert.equal(error.untouched, true)
    assert.match(error.message, /ws:\/\/127\.0\.0\.1:\d+\/oap could not be reached/)
    return true
  })
})

test('a server without OAP is one that cannot be reached', async (t) => {
  const peer = await httpPeer((response) => response.writeHead(404).end())
  t.after(() => peer.close())
  await assert.rejects(
    new SDK({ baseUrl: peer.baseUrl, carrier: 'oap', retry }).feed.home({ user: 'a' }),
    ConnectionError,
  )
})

test('a node that takes the connection and never answers HELLO is given up on', async (t) => {
  const clock = new ManualClock()
  const { peer, sdk } = await against(t, never, { onControl: never, clock })
  const call = assert.rejects(sdk.feed.post({ author: 'a' }), /did not answer HELLO within 5000 ms/)
  await until(() => peer.connections[0]?.frames.length === 1, 'HELLO')
  clock.advance(5_000)
  await call
  await until(() => peer.connections[0]?.closeCode !== null, 'the close')
})

test('a server that never finishes the WebSocket handshake is given up on', async (t) => {
  const clock = new ManualClock()
  let asked = false
  const server = createServer().on('upgrade', () => (asked = true))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const outside = { monotonic: () => clock.monotonic(), after: clock.after.bind(clock), fraction: () => 0 }
  const sdk = new SDK({ baseUrl: `http://127.0.0.1:${address.port}`, carrier: 'oap', retry }, outside)
  const call = assert.rejects(sdk.feed.home({ user: 'a' }), /did not answer HELLO within 5000 ms/)
  await until(() => asked, 'the handshake')
  clock.advance(5_000)
  await call
})

test('a refused HELLO is the refusal of every call that waited for it', async (t) => {
  const { sdk } = await against(t, never, {
    onControl: (frame, connection) =>
      connection.answer(frame, 503, { code: 'Draining', detail: 'going', retryable: true }),
  })
  const calls = [sdk.feed.home({ user: 'a' }), sdk.feed.home({ user: 'b' })]
  for (const call of calls) {
    await assert.rejects(call, (error) => error instanceof NodeError && error.code === 'Draining')
  }
})

test('an answer to HELLO that is none ends the connection', async (t) => {
  const reply = helloReplyPayload(helloReply)
  const saying = (text: string) => new TextEncoder().encode(text)
  const answers: OnFrame[] = [
    (frame, connection) => connection.send({ ...replyTo(frame, 'RESP', 200), payload: saying('[]') }),
    (frame, connection) =>
      connection.send({ ...replyTo(frame, 'RESP', 200), payload: saying('{"max_inflight":0}') }),
    (frame, connection) => connection.send({ ...replyTo(frame, 'RESP', 200), corrId: 7n, payload: reply }),
    (frame, connection) => connection.send({ ...replyTo(frame, 'RESP', 200), appProtoId: 7, payload: reply }),
    (frame, connection) => connection.send({ ...replyTo(frame, 'EVENT', 200), payload: reply }),
    (frame, connection) => connection.send({ ...frame, payload: reply }),
    (_, connection) => connection.sendRaw('hello'),
    (_, connection) => connection.sendRaw(new Uint8Array(64)),
  ]
  for (const onControl of answers) {
    const { peer, sdk } = await against(t, never, { onControl })
    await assert.rejects(sdk.feed.home({ user: 'a' }), ProtocolError)
    await until(() => peer.connections[0]?.closeCode === 4007, 'the close')
  }
})

test('garbage ends the connection and fails what was open; the next call connects anew', async (t) => {
  const garbage: (Uint8Array | string)[] = [
    new Uint8Array(100).fill(255),
    'a text message',
    encodeFrame({
      flags: flag.RESP,
      code: 200,
      appProtoId: 1,
      tenant: '0'.repeat(32),
      corrId: 1n,
      cap: new Uint8Array(0),
      payload: new Uint8Array(9),
    }).subarray(0, 40),
  ]
  for (const data of garbage) {
    let first = true
    const { peer, sdk } = await against(t, (frame, connection) => {
      if (!first) return emptyHome(frame, connection)
      first = false
      connection.sendRaw(data)
    })
    await assert.rejects(sdk.feed.home({ user: 'a' }), ProtocolError)
    await until(() => peer.connections[0]?.closeCode === 4007, 'the close')
    assert.deepEqual((await sdk.feed.home({ user: 'b' })).items, [])
  }
})

test('an answer that cannot be read fails its call alone', async (t) => {
  const { peer, sdk } = await against(t, (frame, connection) => {
    if (messageIn(frame).fields['user'] === 'a')
      connection.send({ ...replyTo(frame, 'RESP', 200), payload: new Uint8Array([0, 9, 1]) })
    else setImmediate(() => emptyHome(frame, connection))
  })
  const good = sdk.feed.home({ user: 'b' })
  await assert.rejects(sdk.feed.home({ user: 'a' }), /the answer cannot be read/)
  assert.deepEqual((await good).items, [])
  assert.equal(peer.connections.length, 1)
})

test('an event that cannot be read ends its subscription alone', async (t) => {
  const { peer, sdk } = await against(t, (frame, connection) => {
    if (messageIn(frame).fields['user'] === 'b') return emptyHome(frame, connection)
    connection.send({ ...replyTo(frame, 'EVENT', 0), payload: new Uint8Array([0]) })
  })
  await assert.rejects(sdk.feed.watchHome({ user: 'a' })[Symbol.asyncIterator]().next(), ProtocolError)
  await until(() => peer.connections[0]?.cancels.length === 1, 'CANCEL')
  assert.deepEqual((await sdk.feed.home({ user: 'b' })).items, [])
})

test('a compressed answer is refused, since nobody asked for it', async (t) => {
  const { sdk } = await against(t, (frame, connection) => {
    const payload = encodeMessage({ fields: {}, body: new Uint8Array(0) })
    connection.send({ ...replyTo(frame, 'RESP', 200), flags: flag.RESP | flag.COMP, payload })
  })
  await assert.rejects(sdk.feed.home({ user: 'a' }), /compressed an answer/)
})

test('a refusal whose fields cannot be read is still a refusal', async (t) => {
  const { sdk } = await against(t, (frame, connection) => {
    connection.send({ ...replyTo(frame, 'RESP', 404), payload: new Uint8Array([255]) })
  })
  await assert.rejects(
    sdk.feed.home({ user: 'a' }),
    (error) => error instanceof NodeError && error.status === 404,
  )
})

test('a stream that breaks the rules ends its call', async (t) => {
  const { sdk } = await against(t, (frame, connection) => {
    const head = replyTo(frame, 'RESP', 200)
    const payload = encodeMessage({ fields: {}, body: new Uint8Array(0) })
    connection.send(
      { ...head, flags: flag.RESP | flag.START, payload },
      { ...head, flags: flag.RESP | flag.START, payload },
    )
  })
  await assert.rejects(sdk.feed.home({ user: 'a' }), /the node broke off: a second START/)
})

test('a node that went away without a word is noticed by the CANCEL it does not answer', async (t) => {
  const clock = new ManualClock()
  const silent: OnFrame = (frame, connection) => {
    if (!isCancel(frame)) answerControl(frame, connection)
  }
  const { peer, sdk } = await against(
    t,
    (frame, connection) => {
      if (messageIn(frame).fields['user'] === 'b') emptyHome(frame, connection)
    },
    { onControl: silent, clock },
  )
  const late = assert.rejects(sdk.feed.home({ user: 'a' }, { timeoutMs: 1_000 }))
  await until(() => peer.connections[0]?.frames.length === 2, 'the request')
  clock.advance(1_000)
  await late
  clock.advance(5_000)
  assert.deepEqual((await sdk.feed.home({ user: 'b' })).items, [])
  assert.equal(peer.connections.length, 2)
})

test('fields that OAP cannot carry are refused before they are sent, and cost no place', async (t) => {
  const { sdk } = await against(t, emptyHome)
  const send = { topic: 't', idem_key: 'k', payload_b64: 'A'.repeat(100_000) }
  for (let n = 0; n < 100; n++) {
    await assert.rejects(
      sdk.mailbox.send(send),
      (error) => error instanceof RangeError && /OAP\/1 carries/.test(error.message),
    )
  }
  assert.deepEqual((await sdk.feed.home({ user: 'b' })).items, [])
})

test('closed, an SDK fails what is open and what comes later, and does not connect again', async (t) => {
  const { peer, sdk } = await against(t, never, { retry: { attemptsMax: 4, baseMs: 1, capMs: 1 } })
  const call = assert.rejects(sdk.feed.home({ user: 'a' }), /the SDK was closed/)
  await until(() => peer.connections[0]?.frames.length === 2, 'the request')
  sdk.close()
  await call
  await assert.rejects(sdk.feed.home({ user: 'b' }), /the SDK was closed/)
  await until(() => peer.connections[0]?.closeCode === 1000, 'the close')
  assert.equal(peer.connections.length, 1)
})

test('closed before it was open, it closes as soon as it is', async (t) => {
  const { peer, sdk } = await against(t, never)
  const call = assert.rejects(sdk.feed.home({ user: 'a' }), /the SDK was closed/)
  sdk.close()
  await call
  await until(() => peer.connections.every(({ closeCode }) => closeCode !== null), 'no open connection')
})

test('whatever bytes a node sends, calls end with an error of the SDK', async (t) => {
  let data = new Uint8Array(0)
  const { sdk } = await against(t, (_, connection) => {
    connection.sendRaw(data)
    connection.drop()
  })
  const frame = fc
    .record({
      flags: fc.nat(255),
      code: fc.nat(600),
      corrId: fc.constantFrom(0n, 1n, 2n),
      payload: fc.uint8Array({ maxLength: 12 }),
    })
    .map((random) => {
      const kind = [flag.REQ, flag.RESP, flag.EVENT][random.flags % 3] ?? flag.RESP
      const flags = kind | (random.flags & 0xf8)
      return encodeFrame({
        ...random,
        flags,
        appProtoId: 0x0201,
        tenant: '0'.repeat(32),
        cap: new Uint8Array(0),
      })
    })
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.array(frame, { maxLength: 4 }).map((frames) => Buffer.concat(frames)),
  )
  await fc.assert(
    fc.asyncProperty(bytes, async (random) => {
      data = Uint8Array.from(random)
      try {
        await sdk.feed.home({ user: 'a' })
      } catch (error) {
        assert.ok(
          error instanceof ConnectionError || error instanceof ProtocolError || error instanceof NodeError,
          String(error),
        )
      }
    }),
    { numRuns: 150 },
  )
})
