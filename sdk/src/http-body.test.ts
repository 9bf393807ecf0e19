import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProtocolError } from './error.ts'
import { bytesOf, chunksOf, jsonOf, streamOf } from './http-body.ts'

const { signal } = new AbortController()
const utf8 = (text: string) => new TextEncoder().encode(text)

/** A body of these chunks that tells whether it was cancelled. */
function body(...chunks: readonly string[]) {
  const left = [...chunks]
  const seen = { cancelled: false }
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const chunk = left.shift()
      if (chunk === undefined) controller.close()
      else controller.enqueue(utf8(chunk))
    },
    cancel() {
      seen.cancelled = true
    },
  })
  return { response: new Response(stream), seen }
}

test('the chunks of a body are one', async () => {
  assert.deepEqual(await bytesOf(body('a', 'b', 'c').response, 3, signal), utf8('abc'))
  assert.deepEqual(await bytesOf(body('abc').response, 3, signal), utf8('abc'))
  assert.deepEqual(await bytesOf(new Response(null), 3, signal), utf8(''))
})

test('a body over the limit is refused with the way to read it, and the rest is not fetched', async () => {
  const { response, seen } = body('ab', 'cd', 'ef', 'gh', 'ij')
  await assert.rejects(
    bytesOf(response, 3, signal),
    (error) =>
      error instanceof ProtocolError &&
      /more than 3 bytes; read it as a stream with open\(\)/.test(error.message),
  )
  assert.ok(seen.cancelled)
})

test('leaving the loop ends the transfer', async () => {
  const { response, seen } = body('a', 'b', 'c')
  for await (const chunk of chunksOf(response, signal)) {
    assert.deepEqual(chunk, utf8('a'))
    break
  }
  assert.ok(seen.cancelled)
})

test('a stream says once that it is over: at its end, or when it is cancelled unread', async () => {
  let over = 0
  const count = () => void over++
  const read = streamOf(body('a', 'b').response, signal, count)
  assert.equal(await new Response(read).text(), 'ab')
  assert.equal(over, 1)
  const { response, seen } = body('a')
  await streamOf(response, signal, count).cancel()
  assert.equal(over, 2)
  assert.ok(seen.cancelled)
  assert.equal(await new Response(streamOf(new Response(null), signal, count)).text(), '')
  assert.equal(over, 3)
})

test('a body that its sender holds open ends with the signal, however it is read', async () => {
  for (const read of [
    (response: Response, signal: AbortSignal) => bytesOf(response, 3, signal),
    (response: Response, signal: AbortSignal) => new Response(streamOf(response, signal, () => {})).text(),
  ]) {
    const stopping = new AbortController()
    let cancelled: unknown = null
    const open = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => controller.enqueue(utf8('a')),
      cancel: (reason) => void (cancelled = reason),
    })
    const reading = read(new Response(open), stopping.signal)
    setImmediate(() => stopping.abort(new Error('no longer wanted')))
    await assert.rejects(reading, /no longer wanted/)
    assert.equal(cancelled, stopping.signal.reason)
  }
})

test('what says it is JSON and is not is not from a node', () => {
  assert.deepEqual(jsonOf(utf8('{"a":[1]}')), { a: [1] })
  for (const text of ['', '{', 'undefined', '{"a":1}}'])
    assert.throws(() => jsonOf(utf8(text)), ProtocolError, text)
})
