import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ProtocolError } from './error.ts'
import { naiveData } from './sse.oracle.ts'
import { serverSentData } from './sse.ts'

async function* chunked(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0
  for (const size of sizes) {
    yield bytes.subarray(at, at + size)
    at += size
  }
  yield bytes.subarray(at)
}

async function read(text: string, sizes: readonly number[] = []): Promise<string[]> {
  const events: string[] = []
  for await (const data of serverSentData(chunked(new TextEncoder().encode(text), sizes))) events.push(data)
  return events
}

test('each event is its data; names and comments are passed over', async () => {
  const text = ': open\n\nevent: post\ndata: {"n":1}\n\n: still here\n\nid: 7\ndata: {"n":2}\n\n'
  assert.deepEqual(await read(text), ['{"n":1}', '{"n":2}'])
})

test('several data lines are one event with line breaks', async () => {
  assert.deepEqual(await read('data: a\ndata:b\ndata\n\n'), ['a\nb\n'])
})

test('an event that does not end is none', async () => {
  assert.deepEqual(await read('data: a\n\ndata: b\n'), ['a'])
})

test('a carriage return at the end of a chunk and a line feed at the start of the next are one line end', async () => {
  assert.deepEqual(await read('data: a\r\ndata: b\r\n\r\n', [8, 9, 1]), ['a\nb'])
})

test('a character split between chunks is whole', async () => {
  assert.deepEqual(await read('data: €\n\n', [7, 1, 1]), ['€'])
})

test('however the bytes are split, the events are those of the whole text', async () => {
  const piece = fc.constantFrom(
    'data',
    ':',
    ' ',
    'event',
    'a',
    'é',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    'data: x\n\n',
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 40 }),
      fc.array(fc.nat(5), { maxLength: 20 }),
      async (pieces, sizes) => {
        const text = pieces.join('')
        assert.deepEqual(await read(text, sizes), naiveData(text))
      },
    ),
  )
})

test('an event without end is refused, as one line and as many', async () => {
  const endless = async (chunk: string) => {
    async function* forever() {
      for (;;) yield new TextEncoder().encode(chunk)
    }
    for await (const _ of serverSentData(forever())) assert.fail('no event ends here')
  }
  await assert.rejects(endless('a'.repeat(65_536)), ProtocolError)
  await assert.rejects(endless('data: aaaaaaaaaaaaaaaa\n'.repeat(4_096)), ProtocolError)
})
