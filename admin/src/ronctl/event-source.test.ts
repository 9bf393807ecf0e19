import assert from 'node:assert/strict'
import { test } from 'node:test'
import { itemsOf, type Item } from './event-source.ts'
import { piecesOf } from './pieces.ts'
import { lineOf } from './tail-line.ts'

async function itemsIn(...pieces: readonly string[]): Promise<readonly Item[]> {
  const items: Item[] = []
  for await (const item of itemsOf(pieces.map((piece) => Buffer.from(piece)))) items.push(item)
  return items
}

test('events are read however they are cut, and what is none is passed over', async () => {
  const text =
    ': open\n\nevent: a\ndata: {"n":1}\n\n: still here\n\ndata: {"n":"ü"}\n\ndata: no JSON\n\ndata: {"n":3}'
  const expected = [{ n: 1 }, { n: 'ü' }]
  assert.deepEqual(await itemsIn(text), expected)
  const bytes = Buffer.from(text)
  const items: Item[] = []
  for await (const item of itemsOf([...bytes].map((byte) => Uint8Array.of(byte)))) items.push(item)
  assert.deepEqual(items, expected)
})

test('an event without end is no event', async () => {
  await assert.rejects(itemsIn('data: ', 'x'.repeat(1024 * 1024)), /an event has more than 1048576 bytes/)
})

test('a stream that its sender holds open ends when it is told to', async () => {
  const stopping = new AbortController()
  let cancelled = false
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from('data: {"n":1}\n\n')),
    cancel() {
      cancelled = true
    },
  })
  const items: Item[] = []
  const reading = (async () => {
    for await (const item of itemsOf(piecesOf(new Response(body), stopping.signal))) {
      items.push(item)
      setImmediate(() => stopping.abort(new Error('Ctrl-C')))
    }
  })()
  await assert.rejects(reading, /Ctrl-C/)
  assert.deepEqual(items, [{ n: 1 }])
  assert.equal(cancelled, true)
})

test('each is one line, with nothing in it that a terminal would obey', () => {
  for (const [item, line] of [
    [
      {
        kind: 'event',
        seq: 1,
        at: '2026-01-31T12:34:56.789Z',
        event: 'ServiceCrashed',
        service: 'index',
        because: 'a\nb',
      },
      '12:34:56.789  event     ServiceCrashed    service=index because=a\\u000ab',
    ],
    [
      {
        kind: 'request',
        at: '2026-01-31T12:34:56.789Z',
        status: 403,
        method: 'GET',
        route: '/a',
        outcome: 'PolicyDenied',
        ms: 1.5,
        operation: 's.get',
        tenant: '0'.repeat(32),
        request_id: 'r',
      },
      '12:34:56.789  request   403  GET  /a  PolicyDenied  1.5 ms  s.get  r',
    ],
    [
      { kind: 'missed', count: 3 },
      '              missed    3 were missed: what shows them is slower than they come',
    ],
  ] as const) {
    assert.equal(lineOf(item), line)
  }
})
