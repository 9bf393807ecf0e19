import assert from 'node:assert/strict'
import test from 'node:test'
import { Refusal } from '@ron/kernel/contract/refusals'
import { fromHex, toHex } from './bytes.ts'
import { encodeFrame } from './frame.ts'
import { golden } from './golden.fixture.ts'
import { helloFrame, helloReplyPayload, readHello, readHelloReply } from './hello.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const goldenHex = (name: string): string => golden.find((one) => one.name === name)?.hex ?? ''

test('HELLO has the golden bytes', () => {
  const tenant = 'aa'.padStart(32, '0')
  assert.equal(toHex(encodeFrame(helloFrame({ ua: 'sdk/0.1' }, 42n, tenant))), goldenHex('HELLO'))
  assert.equal(toHex(encodeFrame(helloFrame({ ua: null }, 0n))), goldenHex('HELLO without ua'))
})

test('HELLO is read with text, null or no ua, and unknown members are ignored', () => {
  assert.deepEqual(readHello(bytes('{"ua":"sdk/0.1"}')), { ua: 'sdk/0.1' })
  assert.deepEqual(readHello(bytes('{"ua":null}')), { ua: null })
  assert.deepEqual(readHello(bytes('{}')), { ua: null })
  assert.deepEqual(readHello(bytes('{"ua":"x","color":{"deep":[1]}}')), { ua: 'x' })
})

test('what is not a HELLO is refused with a reason', () => {
  const cases: readonly (readonly [Uint8Array, RegExp])[] = [
    [bytes(''), /not JSON/],
    [bytes('{"ua":'), /not JSON/],
    [fromHex('7b227561223a22ff227d'), /not JSON/],
    [bytes('null'), /JSON object/],
    [bytes('[]'), /JSON object/],
    [bytes('"ua"'), /JSON object/],
    [bytes('{"ua":1}'), /ua must be null or text/],
    [bytes(`{"ua":"${'x'.repeat(257)}"}`), /at most 256 characters/],
    [bytes(`{"ua":"x"}${' '.repeat(5_000)}`), /5010 bytes; at most 4096/],
  ]
  for (const [payload, words] of cases) {
    assert.throws(
      () => readHello(payload),
      (error) => error instanceof Refusal && error.code === 'BadRequest' && words.test(error.message),
    )
  }
})

const reply = {
  frameBytesMax: 1_048_576,
  chunkBytesMax: 65_536,
  inFlightMax: 64,
  transports: ['ws'],
  server: 'micronode/0.1.0',
  decompressRatioMax: 10,
  pq: 'off',
  protocols: { storage: 257 },
} as const

test('the reply has upstream’s members first and the additive ones after them', () => {
  const text = new TextDecoder().decode(helloReplyPayload(reply))
  const upstream =
    '{"max_frame":1048576,"max_inflight":64,"flags_supported":255,"versions":[1],"transports":["ws"],'
  assert.ok(text.startsWith(upstream))
  assert.deepEqual(JSON.parse(`{${text.slice(upstream.length)}`), {
    server: 'micronode/0.1.0',
    max_chunk: 65_536,
    decompress_ratio_cap: 10,
    pq: 'off',
    protocols: { storage: 257 },
  })
})

test('a caller reads the limits of our reply and of upstream’s', () => {
  const limits = { frameBytesMax: 1_048_576, chunkBytesMax: 65_536, inFlightMax: 64 }
  assert.deepEqual(readHelloReply(helloReplyPayload(reply)), limits)
  assert.deepEqual(readHelloReply(fromHex(goldenHex('HELLO reply')).subarray(38)), limits)
})

test('a reply may lower the limits of a caller and not raise those of the protocol', () => {
  const lower = helloReplyPayload({ ...reply, frameBytesMax: 4_096, chunkBytesMax: 1_024, inFlightMax: 3 })
  assert.deepEqual(readHelloReply(lower), { frameBytesMax: 4_096, chunkBytesMax: 1_024, inFlightMax: 3 })
  const higher = readHelloReply(
    helloReplyPayload({ ...reply, frameBytesMax: 2 ** 30, chunkBytesMax: 2 ** 30 }),
  )
  assert.deepEqual([higher.frameBytesMax, higher.chunkBytesMax], [1_048_576, 65_536])
})

test('a reply with limits that are no positive whole numbers is refused', () => {
  for (const value of ['0', '-1', '1.5', '"64"', 'true', '1e999']) {
    assert.throws(
      () => readHelloReply(bytes(`{"max_inflight":${value}}`)),
      /max_inflight must be a positive whole/,
    )
  }
})
