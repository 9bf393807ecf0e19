import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test, type TestContext } from 'node:test'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { until } from '@ron/kernel/system/until'
import { httpPeer, json, problem } from './http-peer.fixture.ts'
import { ConnectionError, DeadlineError, NodeError, ProtocolError, SDK, type SdkOptions } from './sdk.ts'
import { system, type System } from './system.ts'

const cap = 'AgEDcm9u'
/** Retries at once, so that no test waits. */
const retry = { attemptsMax: 4, baseMs: 1, capMs: 1 }

async function against(
  t: TestContext,
  answer: Parameters<typeof httpPeer>[0],
  options: Partial<SdkOptions> = {},
  clock: Omit<System, 'fraction'> = system,
) {
  const peer = await httpPeer(answer)
  t.after(() => peer.close())
  const outside = { monotonic: () => clock.monotonic(), after: clock.after.bind(clock), fraction: () => 0 }
  return { peer, sdk: new SDK({ baseUrl: peer.baseUrl, cap, retry, ...options }, outside) }
}

test('the quickstart works as printed', async (t) => {
  const { peer, sdk } = await against(t, (response, { method }) => {
    if (method === 'PUT') json(response, 201, { outcome: 'created' })
    else json(response, 200, { user: 'alice', items: [] })
  })
  await sdk.put('/objects/hello.txt', new TextEncoder().encode('hi'))
  const feed = await sdk.get('/feed/home?user=alice')
  assert.deepEqual(feed, { user: 'alice', items: [] })
  const [put, get] = peer.seen
  assert.equal(put?.url, '/objects/hello.txt')
  assert.equal(put?.body.toString(), 'hi')
  assert.equal(put?.headers.authorization, `Bearer ${cap}`)
  assert.equal(get?.url, '/feed/home?user=alice')
})

test('without a capability no Authorization is sent', async (t) => {
  const { peer, sdk } = await against(t, (response) => json(response, 200, {}), { cap: undefined })
  await sdk.get('/search?q=a')
  assert.equal(peer.seen[0]?.headers.authorization, undefined)
})

test('no cache on the way may answer for the node', async (t) => {
  const { peer, sdk } = await against(t, (response) => json(response, 200, {}))
  await sdk.objects.list()
  await sdk.get('/objects')
  assert.deepEqual(
    peer.seen.map(({ headers }) => headers['cache-control']),
    ['no-cache', 'no-cache'],
  )
})

test('what is not JSON comes as bytes', async (t) => {
  const { sdk } = await against(t, (response) => response.end('{"a":1}'))
  assert.deepEqual(await sdk.get('/objects/a'), new TextEncoder().encode('{"a":1}'))
})

test('a plain object is posted as JSON, text as text', async (t) => {
  const { peer, sdk } = await against(t, (response) => json(response, 200, { ok: true }))
  assert.deepEqual(await sdk.post('/feed/follow', { user: 'a', author: 'b' }), { ok: true })
  await sdk.post('/o', 'hello')
  assert.equal(peer.seen[0]?.headers['content-type'], 'application/json')
  assert.equal(peer.seen[0]?.body.toString(), '{"user":"a","author":"b"}')
  assert.match(peer.seen[1]?.headers['content-type'] ?? '', /^text\/plain/)
})

test('typed calls go out and come back as their contract says', async (t) => {
  const { peer, sdk } = await against(t, (response, { method }) => {
    if (method === 'PUT')
      json(response, 201, { outcome: 'created', name: 'dir/ä', bytes: 2 }, { etag: '"b3:1"' })
    else
      response
        .writeHead(206, { 'x-content-b3': 'b3:1', 'content-type': 'text/plain', etag: '"b3:1"' })
        .end('i')
  })
  const body = new TextEncoder().encode('hi')
  const stored = await sdk.objects.put({ name: 'dir/ä', body, content_type: 'text/plain' })
  assert.deepEqual([stored.outcome, stored.etag], ['created', '"b3:1"'])
  const part = await sdk.objects.get({ name: 'dir/ä', range: 'bytes=1-1' })
  assert.deepEqual(
    [part.outcome, part.content_type, new TextDecoder().decode(part.body)],
    ['part', 'text/plain', 'i'],
  )
  const [put, get] = peer.seen
  assert.equal(put?.url, '/objects/dir/%C3%A4')
  assert.equal(put?.headers['content-type'], 'text/plain')
  assert.equal(get?.headers.range, 'bytes=1-1')
})

test('a refusal is a NodeError that carries the whole problem', async (t) => {
  const { peer, sdk } = await against(t, (response) => problem(response, 404, 'NotFound'))
  await assert.rejects(sdk.objects.get({ name: 'a' }), (error) => {
    assert.ok(error instanceof NodeError)
    assert.deepEqual([error.code, error.status], ['NotFound', 404])
    assert.equal(error.problem.trace_id, '0af7651916cd43dd8448eb211c80319c')
    assert.equal(error.message, 'NotFound: it is NotFound')
    return true
  })
  assert.equal(peer.seen.length, 1)
})

test('a node that is not ready is asked again', async (t) => {
  const { peer, sdk } = await against(t, (response, _, nth) => {
    if (nth < 3) problem(response, 503, 'Unavailable', { retryable: true, retry_after_ms: 1 })
    else json(response, 200, { ready: true })
  })
  assert.deepEqual(await sdk.get('/readyz'), { ready: true })
  assert.equal(peer.seen.length, 3)
})

test('Retry-After counts when a proxy answers in the place of the node', async (t) => {
  const { peer, sdk } = await against(t, (response) =>
    response.writeHead(503, { 'retry-after': '60' }).end('<html>'),
  )
  await assert.rejects(sdk.get('/x'), (error) => {
    assert.ok(error instanceof NodeError)
    assert.equal(error.problem.retry_after_ms, 60_000)
    return true
  })
  assert.equal(peer.seen.length, 1, 'a wait past the deadline is not begun')
})

test('a POST is repeated when it was refused for being one too many, not when it may have been done', async (t) => {
  const busy = await against(t, (response, _, nth) => {
    if (nth === 1) problem(response, 429, 'Busy', { retryable: true, retry_after_ms: 1 })
    else json(response, 200, { post_id: 'P', delivered: 0, pulled: false })
  })
  await busy.sdk.feed.post({ author: 'alice', text: 'hi' })
  assert.equal(busy.peer.seen.length, 2)
  const broken = await against(t, (response) => response.socket?.destroy())
  await assert.rejects(broken.sdk.feed.post({ author: 'alice', text: 'hi' }), ConnectionError)
  assert.equal(broken.peer.seen.length, 1)
})

test('an idempotency key makes a POST repeatable', async (t) => {
  const { peer, sdk } = await against(t, (response, _, nth) => {
    if (nth === 1) response.socket?.destroy()
    else json(response, 200, { msg_id: 'M', duplicate: false })
  })
  const sent = await sdk.mailbox.sendBytes({ topic: 't/u', idempotency_key: 'k', body: new Uint8Array([1]) })
  assert.equal(sent.msg_id, 'M')
  assert.equal(peer.seen.length, 2)
  assert.equal(peer.seen[1]?.headers['idempotency-key'], 'k')
})

test('tries are bounded', async (t) => {
  const { peer, sdk } = await against(t, (response) =>
    problem(response, 503, 'Unavailable', { retryable: true }),
  )
  await assert.rejects(sdk.get('/x'), NodeError)
  assert.equal(peer.seen.length, 4)
})

test('a node that cannot be reached is a ConnectionError that says where, and that nothing was sent', async () => {
  const peer = await httpPeer((response) => response.end())
  await peer.close()
  await assert.rejects(new SDK({ baseUrl: peer.baseUrl, retry }).get('/x'), (error) => {
    assert.ok(error instanceof ConnectionError)
    assert.equal(error.untouched, true)
    assert.ok(error.message.includes(peer.baseUrl))
    return true
  })
})

test('an answer that breaks off is a ConnectionError', async (t) => {
  const { sdk } = await against(t, (response) => {
    response.writeHead(200, { 'content-length': '100', 'content-type': 'application/json' })
    response.write('{"a":', () => response.socket?.destroy())
  })
  await assert.rejects(sdk.get('/x'), (error) => error instanceof ConnectionError && !error.untouched)
  await assert.rejects(sdk.feed.home({ user: 'alice' }), ConnectionError)
})

test('a node that never answers is a DeadlineError', async (t) => {
  const clock = new ManualClock()
  const { peer, sdk } = await against(t, () => {}, { timeoutMs: 3_000 }, clock)
  const first = assert.rejects(sdk.get('/x'), DeadlineError)
  await until(() => peer.seen.length === 1, 'the request')
  clock.advance(3_000)
  await first
  const second = assert.rejects(sdk.feed.home({ user: 'alice' }, { timeoutMs: 20 }), /no answer within 20 ms/)
  await until(() => peer.seen.length === 2, 'the request')
  clock.advance(20)
  await second
})

test('a node that begins an answer and never ends it is a DeadlineError', async (t) => {
  const clock = new ManualClock()
  const { peer, sdk } = await against(t, (response) => response.write('{'), {}, clock)
  const call = assert.rejects(sdk.get('/x'), DeadlineError)
  await until(() => peer.seen.length === 1, 'the request')
  clock.advance(10_000)
  await call
})

test('a call gets the time the node gives its operation, and some for the way', async (t) => {
  const clock = new ManualClock()
  const { peer, sdk } = await against(t, () => {}, {}, clock)
  const call = assert.rejects(sdk.mailbox.recv({ topic: 't', wait_ms: 20_000 }), /no answer within 30000 ms/)
  await until(() => peer.seen.length === 1, 'the request')
  clock.advance(30_000)
  await call
})

test('what does not speak HTTP, or JSON where it should, is told apart', async (t) => {
  const garbage = await against(t, (response) => response.socket?.end('\u0000\u0001 garbage\r\n\r\n'))
  await assert.rejects(garbage.sdk.get('/x'), ConnectionError)
  const page = await against(t, (response) => response.end('<html>a captive portal</html>'))
  await assert.rejects(page.sdk.feed.home({ user: 'alice' }), ProtocolError)
  assert.equal(page.peer.seen.length, 1, 'asking again would bring the same')
})

test('a value that no header can hold is a mistake of the caller, and nothing is sent', async (t) => {
  const { peer, sdk } = await against(t, (response) => json(response, 201, {}))
  const body = new Uint8Array(1)
  await assert.rejects(sdk.objects.put({ name: 'a', body, content_type: 'text/plain\nx-y: z' }), TypeError)
  assert.equal(peer.seen.length, 0)
})

test('a redirect is not followed, for the capability would go with it', async (t) => {
  const elsewhere = await httpPeer((response) => response.end())
  t.after(() => elsewhere.close())
  const { sdk } = await against(t, (response) =>
    response.writeHead(307, { location: elsewhere.baseUrl }).end(),
  )
  await assert.rejects(sdk.get('/x'), ConnectionError)
  assert.equal(elsewhere.seen.length, 0)
})

test('an aborted call rejects with the reason given, and the request ends', async (t) => {
  let gone = false
  const { peer, sdk } = await against(t, (response) => response.once('close', () => (gone = true)))
  const caller = new AbortController()
  const reason = new Error('enough')
  const rejected = assert.rejects(sdk.get('/x', { signal: caller.signal }), reason)
  await until(() => peer.seen.length === 1, 'the request')
  caller.abort(reason)
  await rejected
  await until(() => gone, 'the end of the request')
  await assert.rejects(sdk.get('/x', { signal: AbortSignal.abort(reason) }), reason)
})

test('a signal shared by many calls is left without listeners', async (t) => {
  const { sdk } = await against(t, (response) => json(response, 200, { items: [], user: 'a' }))
  const { signal } = new AbortController()
  for (let n = 0; n < 20; n++) {
    await sdk.get('/x', { signal })
    await sdk.feed.home({ user: 'a' }, { signal })
    await sdk.open('/x', { signal }).then((stream) => stream.cancel())
  }
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})
