import assert from 'node:assert/strict'
import { test } from 'node:test'
import { corrIdAt, decodeHeader, encodeFrame, flag, frameBytesMax, isFault, noTenant } from '../oap/frame.ts'
import { noBytes } from '../oap/bytes.ts'
import { native } from './native.ts'
import { portable } from './portable.ts'
import { framesIn, isRecord, Opener, recordLimits, recordOverhead, Sealer } from './records.ts'

const keys = (primitives = native) => ({
  aead: primitives.aead(new Uint8Array(32).fill(1)),
  baseNonce: new Uint8Array(12).fill(0xff),
})
const bytes = (text: string) => new Uint8Array(Buffer.from(text))

function pair(limits = recordLimits) {
  return { sealer: new Sealer(keys(), limits), opener: new Opener(keys(portable), limits) }
}

function sealed(sealer: Sealer, text: string): Uint8Array {
  const record = sealer.seal(bytes(text))
  assert.ok(record !== null)
  return record
}

function opened(opener: Opener, record: Uint8Array): string {
  const result = opener.open(record)
  return result.ok ? Buffer.from(result.frames).toString() : `refused: ${result.because}`
}

test('records open in order, one implementation at each end', () => {
  const { sealer, opener } = pair()
  for (const text of ['', 'one', 'two', 'x'.repeat(100_000)]) {
    assert.equal(opened(opener, sealed(sealer, text)), text)
  }
})

test('a record is a whole frame of the control protocol that any parser can step over', () => {
  const { sealer } = pair()
  sealed(sealer, '')
  const record = sealed(sealer, 'hello')
  assert.equal(record.length, 5 + recordOverhead)
  assert.ok(isRecord(record))
  const header = decodeHeader(record, frameBytesMax)
  assert.ok(!isFault(header))
  const { corrId, ...rest } = header
  assert.equal(corrId, 1n, 'how many came before it')
  assert.deepEqual(rest, {
    length: record.length,
    flags: flag.EVENT,
    code: 2,
    appProtoId: 0,
    tenant: noTenant,
    capLength: 0,
  })
})

test('no two records of a direction have the same nonce', () => {
  const nonces = new Set<string>()
  const aead = {
    ...keys().aead,
    seal(nonce: Uint8Array) {
      nonces.add(Buffer.from(nonce).toString('hex'))
      return new Uint8Array(recordOverhead)
    },
  }
  const sealer = new Sealer({ ...keys(), aead })
  for (let nth = 0; nth < 1_000; nth++) sealer.seal(noBytes)
  assert.equal(nonces.size, 1_000)
})

test('what is played back, out of order, left out or cut is refused, and says which was due', () => {
  const { sealer, opener } = pair()
  const [first, second, third] = [sealed(sealer, 'a'), sealed(sealer, 'b'), sealed(sealer, 'c')]
  assert.equal(opened(opener, first), 'a')
  assert.equal(opened(opener, first), 'refused: sent record 0 where 1 was due')
  const later = pair()
  assert.equal(opened(later.opener, second), 'refused: sent record 1 where 0 was due')
  assert.match(opened(pair().opener, third.subarray(0, recordOverhead - 1)), /too short for its tag/)
})

test('whatever byte of a record is another, it does not open', () => {
  const record = sealed(pair().sealer, 'frames')
  for (let at = 0; at < record.length; at++) {
    const touched = Uint8Array.from(record)
    touched[at] = (touched[at] ?? 0) ^ 1
    const { opener } = pair()
    assert.match(opened(opener, touched), /^refused: /, `byte ${at}`)
  }
})

test('a record with another number in its header does not open under it', () => {
  const { sealer, opener } = pair()
  assert.equal(opened(opener, sealed(sealer, 'a')), 'a')
  const [, third] = [sealed(sealer, 'b'), sealed(sealer, 'c')]
  const renumbered = Uint8Array.from(third)
  new DataView(renumbered.buffer).setBigUint64(corrIdAt, 1n)
  assert.match(opened(opener, renumbered), /record 1, whose seal does not fit/)
})

test('a direction ends at its last record, and before its key has sealed too many blocks', () => {
  const few = pair({ ...recordLimits, recordsMax: 2 })
  for (const text of ['a', 'b']) assert.equal(opened(few.opener, sealed(few.sealer, text)), text)
  assert.equal(few.sealer.seal(bytes('c')), null)
  const generous = pair()
  const third = [sealed(generous.sealer, 'a'), sealed(generous.sealer, 'b'), sealed(generous.sealer, 'c')][2]
  assert.match(opened(few.opener, third ?? noBytes), /more than one key may/)

  const small = pair({ ...recordLimits, blocksMax: 7 })
  assert.equal(opened(small.opener, sealed(small.sealer, 'x'.repeat(17))), 'x'.repeat(17), 'four blocks')
  assert.equal(small.sealer.seal(new Uint8Array(17)), null)
  assert.equal(opened(small.opener, sealed(small.sealer, 'x')), 'x', 'three blocks')
  assert.equal(small.sealer.seal(noBytes), null)
})

test('other frames are no records', () => {
  const frame = { code: 2, appProtoId: 0, tenant: noTenant, corrId: 0n, cap: noBytes, payload: noBytes }
  assert.ok(isRecord(encodeFrame({ ...frame, flags: flag.EVENT })))
  assert.ok(!isRecord(encodeFrame({ ...frame, flags: flag.REQ })))
  assert.ok(!isRecord(encodeFrame({ ...frame, flags: flag.EVENT, code: 1 })))
  assert.ok(!isRecord(encodeFrame({ ...frame, flags: flag.EVENT, appProtoId: 256 })))
  assert.ok(!isRecord(encodeFrame({ ...frame, flags: flag.EVENT }).subarray(1)))
})

test('a message is taken apart into its frames, and refused when it ends within one', () => {
  const { sealer } = pair()
  const [a, b] = [sealed(sealer, 'a'), sealed(sealer, 'bb')]
  const message = Buffer.concat([a, b])
  assert.deepEqual(
    framesIn(message)?.map((frame) => Buffer.from(frame)),
    [a, b].map((frame) => Buffer.from(frame)),
  )
  assert.deepEqual(framesIn(noBytes), [])
  for (const cut of [1, 20, 55]) assert.equal(framesIn(message.subarray(0, message.length - cut)), null)
  const short = Uint8Array.from(a)
  new DataView(short.buffer).setUint32(0, 37)
  assert.equal(framesIn(short), null)
})
