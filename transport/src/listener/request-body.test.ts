import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Refusal } from '@ron/kernel/contract/refusals'
import { RequestBody } from './request-body.ts'

const text = (written: string) => new TextEncoder().encode(written)
const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code

test('a body arrives whole however it is cut, and whether it is asked for early or late', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 20 }), { minLength: 1, maxLength: 8 }),
      fc.nat(8),
      fc.boolean(),
      async (pieces, askAfter, chunked) => {
        const sum = pieces.reduce((bytes, piece) => bytes + piece.length, 0)
        const body = new RequestBody(chunked || sum === 0 ? null : sum)
        let asked: Promise<Uint8Array> | null = null
        for (const [i, piece] of pieces.entries()) {
          if (i === askAfter) asked = body.read(1_000)
          const lent = piece.slice()
          body.take(lent)
          lent.fill(0xee)
        }
        body.end()
        asked ??= body.read(1_000)
        assert.deepEqual(Buffer.from(await asked), Buffer.concat(pieces))
      },
    ),
  )
})

test("a long body is put together as it comes, and its bytes are the reader's own", async () => {
  for (const declared of [300_000, null]) {
    const body = new RequestBody(declared)
    const read = body.read(300_000)
    const pieces = [1, 65_535, 1, 65_536, 168_927].map((length, i) => new Uint8Array(length).fill(i + 1))
    for (const piece of pieces) body.take(piece)
    body.end()
    const whole = await read
    assert.ok(Buffer.concat(pieces).equals(whole))
    assert.equal(whole.buffer.byteLength, 300_000)
  }
})

test('no room is made for what was declared and has not come', async () => {
  const before = process.memoryUsage().arrayBuffers
  const bodies = Array.from({ length: 100 }, () => new RequestBody(2 ** 20))
  for (const body of bodies) body.take(text('a'))
  assert.ok(process.memoryUsage().arrayBuffers - before < 100 * 2 ** 17)
  assert.ok(bodies.every(({ received }) => received === 1))
})

test('a body declared too large is refused before any of it is kept', async () => {
  const body = new RequestBody(11)
  await assert.rejects(body.read(10), refused('TooLarge'))
  assert.equal(body.received, 0)
})

test('a chunked body is refused at the byte past its limit, and goes on being counted', async () => {
  const body = new RequestBody(null)
  const read = body.read(10)
  body.take(text('0123456789'))
  body.take(text('a'))
  await assert.rejects(read, refused('TooLarge'))
  body.take(text('bcd'))
  body.end()
  assert.equal(body.received, 14)
  assert.equal(body.whole, true)
})

test('what came before it was asked for is held to the limit too', async () => {
  const body = new RequestBody(null)
  body.take(text('0123456789a'))
  await assert.rejects(body.read(10), refused('TooLarge'))
})

test('a body that runs ahead of its reader says so until it is asked for', async () => {
  const body = new RequestBody(4)
  assert.equal(body.ahead, false)
  body.take(text('ab'))
  assert.equal(body.ahead, true)
  const read = body.read(10)
  assert.equal(body.ahead, false)
  body.take(text('cd'))
  body.end()
  assert.deepEqual(await read, text('abcd'))
})

test('a body that failed refuses those who ask before and after', async () => {
  const early = new RequestBody(4)
  const read = early.read(10)
  early.fail(new Refusal('RequestTimeout', 'late'))
  await assert.rejects(read, refused('RequestTimeout'))

  const late = new RequestBody(4)
  late.take(text('ab'))
  late.fail(new Refusal('RequestTimeout', 'late'))
  assert.equal(late.ahead, false)
  await assert.rejects(late.read(10), refused('RequestTimeout'))
})

test('a body is read once', async () => {
  const body = new RequestBody(0)
  assert.deepEqual(await body.read(0), new Uint8Array(0))
  await assert.rejects(body.read(0), /once/)
})
