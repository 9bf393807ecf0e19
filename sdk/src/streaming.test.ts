import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { getEventListeners } from 'node:events'
import { test, type TestContext } from 'node:test'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { until } from '@ron/kernel/system/until'
import { httpPeer, json, problem } from './http-peer.fixture.ts'
import { ConnectionError, NodeError, ProtocolError, SDK } from './sdk.ts'
import { system, type System } from './system.ts'

const retry = { attemptsMax: 4, baseMs: 1, capMs: 1 }

async function against(
  t: TestContext,
  answer: Parameters<typeof httpPeer>[0],
  clock: Omit<System, 'fraction'> = system,
) {
  const peer = await httpPeer(answer)
  t.after(() => peer.close())
  const outside = { monotonic: () => clock.monotonic(), after: clock.after.bind(clock), fraction: () => 0 }
  return { peer, sdk: new SDK({ baseUrl: peer.baseUrl, retry }, outside) }
}

function events(response: ServerResponse, ...lines: readonly string[]): ServerResponse {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(': open\n\n')
  for (const line of lines) response.write(line)
  return response
}

const post = (n: number) => `event: post\ndata: {"kind":"post","post_id":"${n}"}\n\n`

test('a stream is uploaded as it is produced', async (t) => {
  const { peer, sdk } = await against(t, (response) => json(response, 201, {}))
  const pieces = ['a', 'b', 'c']
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces.shift()
      if (piece === undefined) controller.close()
      else controller.enqueue(new TextEncoder().encode(piece.repeat(1_000)))
    },
  })
  await sdk.put('/objects/a', stream)
  assert.equal(peer.seen[0]?.headers['transfer-encoding'], 'chunked')
  assert.equal(peer.seen[0]?.body.length, 3_000)
})

test('an upload of a stream is never repeated, for there is nothing left to send', async (t) => {
  const { peer, sdk } = await against(t, (response) =>
    problem(response, 429, 'Busy', { retryable: true, retry_after_ms: 1 }),
  )
  await assert.rejects(sdk.put('/objects/a', new Blob(['x']).stream()), NodeError)
  assert.equal(peer.seen.length, 1)
})

test('a stream that fails while it is uploaded fails the call', async (t) => {
  const { sdk } = await against(t, (response) => json(response, 201, {}))
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new Error('the disk went away'))
    },
  })
  await assert.rejects(sdk.put('/objects/a', stream), ConnectionError)
})

test('content is downloaded as it arrives, and the deadline is only for its beginning', async (t) => {
  let finish = () => {}
  const clock = new ManualClock()
  const answer = (response: ServerResponse) => {
    response.writeHead(200).write('first')
    finish = () => response.end('second')
  }
  const { sdk } = await against(t, answer, clock)
  const reader = (await sdk.open('/objects/a', { timeoutMs: 1_000 })).getReader()
  assert.equal(new TextDecoder().decode((await reader.read()).value), 'first')
  clock.advance(60_000)
  finish()
  assert.equal(new TextDecoder().decode((await reader.read()).value), 'second')
  assert.equal((await reader.read()).done, true)
})

test('a download that is cancelled ends its request', async (t) => {
  let gone = false
  const { sdk } = await against(t, (response) => {
    response.writeHead(200).write('first')
    response.once('close', () => (gone = true))
  })
  const stream = await sdk.open('/objects/a')
  await stream.cancel()
  await until(() => gone, 'the end of the request')
})

test('a download that is aborted fails with the reason given', async (t) => {
  const { sdk } = await against(t, (response) => response.writeHead(200).write('first'))
  const caller = new AbortController()
  const reader = (await sdk.open('/objects/a', { signal: caller.signal })).getReader()
  await reader.read()
  const reason = new Error('enough')
  caller.abort(reason)
  await assert.rejects(reader.read(), reason)
  assert.equal(getEventListeners(caller.signal, 'abort').length, 0)
})

test('a download that breaks off fails as what it is', async (t) => {
  const { sdk } = await against(t, (response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('first', () => response.socket?.destroy())
  })
  const reader = (await sdk.open('/objects/a')).getReader()
  await assert.rejects(async () => {
    while (!(await reader.read()).done) continue
  }, ConnectionError)
})

test('events come as they are sent, until the node ends the subscription', async (t) => {
  const { peer, sdk } = await against(t, (response) =>
    events(response, post(1), ': still here\n\n', post(2)).end(),
  )
  const seen = []
  for await (const event of sdk.feed.watchHome({ user: 'alice' })) seen.push(event.post_id)
  assert.deepEqual(seen, ['1', '2'])
  assert.equal(peer.seen[0]?.url, '/feed/subscribe?user=alice')
  assert.equal(peer.seen[0]?.headers.accept, 'text/event-stream')
})

test('leaving the loop ends the subscription', async (t) => {
  let gone = false
  const { sdk } = await against(t, (response) =>
    events(response, post(1), post(2)).once('close', () => (gone = true)),
  )
  const { signal } = new AbortController()
  for await (const event of sdk.feed.watchHome({ user: 'alice' }, { signal })) {
    assert.equal(event.post_id, '1')
    break
  }
  await until(() => gone, 'the end of the subscription')
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('aborting the signal ends the subscription with its reason, also long after it began', async (t) => {
  const { sdk } = await against(t, (response) => events(response, post(1)))
  const caller = new AbortController()
  const reason = new Error('enough')
  const loop = async () => {
    for await (const _ of sdk.feed.watchHome(
      { user: 'alice' },
      { signal: caller.signal, timeoutMs: 5_000 },
    )) {
      setImmediate(() => caller.abort(reason))
    }
  }
  await assert.rejects(loop(), reason)
})

test('a subscription outlives the deadline of its beginning', async (t) => {
  let finish = () => {}
  const clock = new ManualClock()
  const answer = (response: ServerResponse) => {
    events(response, post(1))
    finish = () => {
      if (!response.writableEnded) response.end(post(2))
    }
  }
  const { sdk } = await against(t, answer, clock)
  const seen = []
  for await (const event of sdk.feed.watchHome({ user: 'alice' }, { timeoutMs: 100 })) {
    seen.push(event.post_id)
    clock.advance(60_000)
    finish()
  }
  assert.deepEqual(seen, ['1', '2'])
})

test('a refused subscription throws the refusal at the first step; one too many is tried again', async (t) => {
  const { peer, sdk } = await against(t, (response, _, nth) => {
    if (nth === 1) problem(response, 429, 'Busy', { retryable: true, retry_after_ms: 1 })
    else problem(response, 403, 'PolicyDenied')
  })
  const subscription = sdk.feed.watchHome({ user: 'alice' })[Symbol.asyncIterator]()
  await assert.rejects(
    subscription.next(),
    (error) => error instanceof NodeError && error.code === 'PolicyDenied',
  )
  assert.equal(peer.seen.length, 2)
})

test('a subscription that breaks off is a ConnectionError, not an end', async (t) => {
  const { sdk } = await against(t, (response) => {
    events(response, post(1))
    setImmediate(() => response.socket?.destroy())
  })
  await assert.rejects(async () => {
    for await (const _ of sdk.feed.watchHome({ user: 'alice' })) continue
  }, ConnectionError)
})

test('what is no event stream, or no event, is not from a node', async (t) => {
  const page = await against(t, (response) => response.end('<html>'))
  await assert.rejects(
    page.sdk.feed.watchHome({ user: 'a' })[Symbol.asyncIterator]().next(),
    /no content type/,
  )
  for (const data of ['not json', '[]', '7']) {
    const { sdk } = await against(t, (response) => events(response, `data: ${data}\n\n`))
    await assert.rejects(
      sdk.feed.watchHome({ user: 'a' })[Symbol.asyncIterator]().next(),
      ProtocolError,
      data,
    )
  }
})

test('a subscription that the node refuses midway ends with that refusal, after the events before it', async (t) => {
  const problem = { code: 'Draining', status: 503, detail: 'the node is shutting down', retryable: true }
  const peer = await httpPeer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`event: message\ndata: {"kind":"message","msg_id":"1"}\n\n`)
    response.end(`event: refused\ndata: ${JSON.stringify({ kind: 'refused', problem })}\n\n`)
  })
  t.after(() => peer.close())
  const seen: unknown[] = []
  await assert.rejects(
    async () => {
      for await (const event of new SDK({ baseUrl: peer.baseUrl }).mailbox.subscribe({ topic: 't' }))
        seen.push(event)
    },
    (cause) => cause instanceof NodeError && cause.code === 'Draining' && cause.status === 503,
  )
  assert.equal(seen.length, 1)
})
