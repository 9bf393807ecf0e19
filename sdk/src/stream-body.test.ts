import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { ConnectionError } from './error.ts'
import { collected } from './stream-body.ts'

const { signal } = new AbortController()

/** A stream of these pieces that tells why it was cancelled. */
function source(...pieces: readonly (Uint8Array | Error)[]) {
  const left = [...pieces]
  const seen: { cancelled: unknown[] } = { cancelled: [] }
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = left.shift()
        if (piece === undefined) controller.close()
        else if (piece instanceof Error) controller.error(piece)
        else controller.enqueue(piece)
      },
      cancel(reason) {
        seen.cancelled.push(reason)
      },
    },
    { highWaterMark: 0 },
  )
  return { stream, seen }
}

const utf8 = (text: string) => new TextEncoder().encode(text)

test('a stream becomes a body of all its bytes, also of those in shared memory', async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(2))
  shared.set(utf8('cd'))
  const body = await collected(source(utf8('ab'), shared).stream, 4, signal)
  assert.equal(await body.text(), 'abcd')
  assert.equal((await collected(source().stream, 0, signal)).size, 0)
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('a stream over the limit is refused, and the rest of it is not read', async () => {
  const { stream, seen } = source(utf8('ab'), utf8('cd'), utf8('ef'))
  await assert.rejects(collected(stream, 3, signal), /^RangeError: .*at most 3 bytes.*send a Blob/)
  assert.equal(seen.cancelled.length, 1)
})

test('a stream of something else than bytes is a mistake', async () => {
  const stream: ReadableStream = new ReadableStream({ start: (controller) => controller.enqueue('text') })
  await assert.rejects(collected(stream, 10, signal), /^TypeError: .*Uint8Array/)
})

test('a stream that fails is told with its reason, and nothing was sent', async () => {
  const because = new Error('the disk went away')
  await assert.rejects(collected(source(utf8('a'), because).stream, 10, signal), (error) => {
    assert(error instanceof ConnectionError)
    assert.deepEqual([error.cause, error.untouched], [because, true])
    return true
  })
})

test('a stream that never comes is given up with the call', async () => {
  const giving = new AbortController()
  const reason = new Error('enough')
  const seen: unknown[] = []
  const stream = new ReadableStream<Uint8Array>({ cancel: (why) => void seen.push(why) })
  const waiting = collected(stream, 10, giving.signal)
  giving.abort(reason)
  await assert.rejects(waiting, reason)
  assert.deepEqual(seen, [reason])
  assert.equal(getEventListeners(giving.signal, 'abort').length, 0)
})
