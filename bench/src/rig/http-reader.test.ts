import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from './answers.ts'
import { readAll } from './http-reader.oracle.ts'
import { headBytesMax, HttpReader } from './http-reader.ts'

const answers = fc.record({
  status: fc.constantFrom('200 OK', '201 Created', '204 No Content', '429 Too Many', '503 Away'),
  headers: fc.subarray(['Retry-After: 1', 'connection: close', 'X-Content-Length-Not: 9', 'etag: "a"']),
  body: fc.string({ unit: fc.constantFrom('\r', '\n', 'a', ':'), maxLength: 60 }),
})

function textOf(said: readonly { status: string; headers: readonly string[]; body: string }[]): string {
  return said
    .map(({ status, headers, body }) => {
      const sent = status.startsWith('204') ? '' : body
      const length = status.startsWith('204') ? [] : [`Content-Length: ${sent.length}`]
      return `HTTP/1.1 ${status}\r\n${[...headers, ...length].map((line) => `${line}\r\n`).join('')}\r\n${sent}`
    })
    .join('')
}

/** What is told when the bytes come in pieces of these lengths, over and over, all in one buffer that is used again. */
function readIn(text: string, lengths: readonly number[]): readonly Answer[] {
  const reader = new HttpReader()
  const told: Answer[] = []
  const buffer = Buffer.alloc(4096)
  for (let from = 0, piece = 0; from < text.length; piece++) {
    const length = lengths[piece % lengths.length] ?? 1
    const bytes = buffer.write(text.slice(from, from + length), 'latin1')
    reader.push(buffer.subarray(0, bytes), (answer) => told.push(answer))
    buffer.fill(0)
    from += length
  }
  return told
}

test('however the bytes are cut, the answers are the same', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 })
  fc.assert(
    fc.property(fc.array(answers, { maxLength: 6 }), lengths, (said, lengths) => {
      const text = textOf(said)
      assert.deepEqual(readIn(text, lengths), readAll(text))
    }),
  )
})

test('an answer that has not come to its end is not told', () => {
  assert.deepEqual(readIn('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabcd', [4096]), [])
})

for (const [what, text, complaint] of [
  ['without a length', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', /says no content-length/],
  ['that is no HTTP', 'SMTP\r\n\r\n', /no answer begins like this/],
  ['whose head has no end', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(headBytesMax)}`, /longer than 16384 bytes/],
] as const) {
  test(`an answer ${what} is an error`, () => {
    assert.throws(() => readIn(text, [4000]), complaint)
  })
}
