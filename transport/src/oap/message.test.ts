import assert from 'node:assert/strict'
import test from 'node:test'
import { Refusal, type RefusalCode } from '@ron/kernel/contract/refusals'
import fc from 'fast-check'
import { concatBytes, noBytes } from './bytes.ts'
import { encodeFrame, flag, frameBytesMax, headerBytes, noTenant, type Frame } from './frame.ts'
import {
  decodeMessage,
  encodeMessage,
  encodeWhole,
  framesOf,
  metaBytesMax,
  type MessageHead,
} from './message.ts'

const head: MessageHead = {
  flags: flag.REQ,
  code: 2,
  appProtoId: 0x0101,
  tenant: noTenant,
  corrId: 9n,
  cap: noBytes,
}
const cap = new TextEncoder().encode('token')

function refusal(code: RefusalCode, words: RegExp) {
  return (error: unknown): boolean =>
    error instanceof Refusal && error.code === code && words.test(error.message)
}

test('a message is its meta length, its meta and its body', () => {
  const payload = encodeMessage({ fields: { a: 1 }, body: new Uint8Array([7, 8]) })
  assert.deepEqual([...payload], [0, 4, 0xa1, 0x61, 0x61, 0x01, 7, 8])
})

test('fields and body come back from the payloads of any number of frames', () => {
  const cases = fc.record({
    body: fc.uint8Array({ maxLength: 2_000 }),
    chunk: fc.integer({ min: 20, max: 700 }),
  })
  fc.assert(
    fc.property(cases, ({ body, chunk }) => {
      const fields = { name: 'a/b', size: body.length }
      const limits = { frameBytesMax: headerBytes + cap.length + chunk, chunkBytesMax: chunk }
      const frames = [...framesOf({ ...head, cap }, encodeMessage({ fields, body }), limits)]
      const whole = encodeWhole({ ...head, cap }, { fields, body }, limits)
      const [only, ...more] = frames
      assert.equal(whole === null, more.length > 0)
      if (whole !== null && only !== undefined) assert.deepEqual(concatBytes(whole), encodeFrame(only))
      const message = decodeMessage(
        frames.map((frame) => frame.payload),
        body.length,
      )
      assert.deepEqual(message.fields, fields)
      assert.deepEqual([...message.body], [...body])
    }),
  )
})

test('a payload too short for its meta is refused', () => {
  for (const bytes of [[], [0], [0, 1], [0, 2, 0xa0], [0xff, 0xff, 0xa0]]) {
    assert.throws(() => decodeMessage([new Uint8Array(bytes)], 10), refusal('BadRequest', /meta_len/))
  }
})

test('meta that goes on in the second frame is refused', () => {
  const payload = encodeMessage({ fields: { a: 1 }, body: noBytes })
  const split = [payload.subarray(0, 4), payload.subarray(4)]
  assert.throws(
    () => decodeMessage(split, 10),
    refusal('BadRequest', /announces 4 bytes and the first frame has 2/),
  )
})

test('an empty meta is refused, since no fields are a map of none', () => {
  assert.throws(() => decodeMessage([new Uint8Array([0, 0])], 10), refusal('BadRequest', /one byte a0/))
  assert.deepEqual(decodeMessage([new Uint8Array([0, 1, 0xa0])], 10).fields, {})
})

test('a body at the limit is taken and one byte more is refused', () => {
  const payloads = [encodeMessage({ fields: {}, body: new Uint8Array(6) }), new Uint8Array(4)]
  assert.equal(decodeMessage(payloads, 10).body.length, 10)
  assert.throws(() => decodeMessage(payloads, 9), refusal('TooLarge', /10 bytes is over the limit of 9/))
})

test('fields too large for a first chunk are refused when sent', () => {
  const fits = { text: 'x'.repeat(metaBytesMax - 9) }
  assert.equal(encodeMessage({ fields: fits, body: noBytes }).length, 65_536)
  const over = { text: `${fits.text}x` }
  assert.throws(() => encodeMessage({ fields: over, body: noBytes }), refusal('TooLarge', /65535 bytes/))
})

test('a message that fits goes in one frame without START or END', () => {
  const payload = new Uint8Array(frameBytesMax - headerBytes)
  assert.deepEqual(flagsOf([...framesOf(head, payload)]), [flag.REQ])
})

test('a message that fits with its capability is START and END at once', () => {
  const frames = [...framesOf({ ...head, cap }, new Uint8Array(5))]
  assert.deepEqual(flagsOf(frames), [flag.REQ | flag.START | flag.END])
  assert.deepEqual(frames[0]?.cap, cap)
})

test('a larger message is a stream of chunks with the capability on the first', () => {
  const payload = encodeMessage({ fields: {}, body: new Uint8Array(frameBytesMax).fill(3) })
  const frames = [...framesOf({ ...head, cap }, payload)]
  const [first, ...others] = frames
  const last = others.pop()
  assert.equal(frames.length, 17)
  assert.deepEqual([first?.flags, last?.flags], [flag.REQ | flag.START, flag.REQ | flag.END])
  assert.ok(others.every((frame) => frame.flags === flag.REQ && frame.payload.length === 65_536))
  assert.deepEqual([first?.cap, last?.cap], [cap, noBytes])
  assert.deepEqual(concatBytes(frames.map((frame) => frame.payload)), payload)
})

test('a message of exactly so many chunks ends with the last of them', () => {
  const limits = { frameBytesMax: 1_000, chunkBytesMax: 100 }
  const payload = encodeMessage({ fields: {}, body: new Uint8Array(1_197) })
  const frames = [...framesOf(head, payload, limits)]
  assert.deepEqual([frames.length, frames.at(-1)?.flags], [12, flag.REQ | flag.END])
})

test('frames stay within a receiver’s lower limits', () => {
  const limits = { frameBytesMax: 200, chunkBytesMax: 65_536 }
  const payload = encodeMessage({ fields: {}, body: new Uint8Array(1_000) })
  const frames = [...framesOf({ ...head, cap }, payload, limits)]
  assert.ok(frames.length > 1)
  assert.ok(frames.every((frame) => encodeFrame(frame).length <= 200))
})

test('fields that a receiver’s first frame has no room for are refused', () => {
  const payload = encodeMessage({ fields: { text: 'x'.repeat(300) }, body: noBytes })
  const limits = { frameBytesMax: 200, chunkBytesMax: 65_536 }
  assert.throws(() => [...framesOf(head, payload, limits)], refusal('TooLarge', /room for 162 bytes/))
})

function flagsOf(frames: readonly Frame[]): number[] {
  return frames.map((frame) => frame.flags)
}
