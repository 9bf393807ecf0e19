import assert from 'node:assert/strict'
import test from 'node:test'
import { fromHex, noBytes, toHex } from './bytes.ts'
import {
  chunkBytesMax,
  decodeHeader,
  encodeFrame,
  flag,
  frameBytesMax,
  headerBytes,
  isFault,
  noTenant,
  type FaultReason,
  type Frame,
} from './frame.ts'
import { golden } from './golden.fixture.ts'

const plain: Frame = {
  flags: flag.REQ,
  code: 1,
  appProtoId: 0x0101,
  tenant: noTenant,
  corrId: 7n,
  cap: noBytes,
  payload: noBytes,
}

test('the limits are those of OAP/1', () => {
  assert.deepEqual([headerBytes, frameBytesMax, chunkBytesMax], [38, 1_048_576, 65_536])
})

for (const { name, hex, frame } of golden) {
  test(`the golden frame ${name} is encoded byte for byte`, () => {
    assert.equal(toHex(encodeFrame(frame)), hex)
  })

  test(`the golden frame ${name} has the header it was made from`, () => {
    const { cap, payload, ...ids } = frame
    const length = headerBytes + cap.length + payload.length
    assert.deepEqual(decodeHeader(fromHex(hex), frameBytesMax), { ...ids, length, capLength: cap.length })
  })
}

/** The header of a plain frame with some bytes replaced. */
function tampered(changes: Readonly<Record<number, number>>): Uint8Array {
  const bytes = encodeFrame(plain)
  for (const [at, byte] of Object.entries(changes)) bytes[Number(at)] = byte
  return bytes
}

function faultOf(
  bytes: Uint8Array,
  lengthMax = frameBytesMax,
): { reason: FaultReason; code: string; corrId: bigint } {
  const decoded = decodeHeader(bytes, lengthMax)
  assert.ok(isFault(decoded), 'the header was accepted')
  const { reason, code, corrId } = decoded
  return { reason, code, corrId }
}

function refusedAs(reason: FaultReason, code = 'BadRequest') {
  return { reason, code, corrId: 7n }
}

test('a version other than 1 is a fault', () => {
  for (const [high, low] of [
    [0, 0],
    [0, 2],
    [1, 1],
    [255, 255],
  ] as const) {
    assert.deepEqual(faultOf(tampered({ 4: high, 5: low })), refusedAs('version'))
  }
})

test('a length below the header is a fault, for every such length', () => {
  for (let length = 0; length < headerBytes; length++) {
    assert.deepEqual(faultOf(tampered({ 3: length })), refusedAs('length'))
  }
})

test('a length over the limit is a fault that says TooLarge', () => {
  assert.deepEqual(faultOf(tampered({ 1: 0x10, 2: 0, 3: 1 })), refusedAs('length', 'TooLarge'))
  assert.deepEqual(faultOf(tampered({ 0: 0xff, 1: 0xff, 2: 0xff, 3: 0xff })), refusedAs('length', 'TooLarge'))
  assert.deepEqual(faultOf(tampered({ 3: 101 }), 100), refusedAs('length', 'TooLarge'))
})

test('a length of exactly the limit is taken', () => {
  assert.ok(!isFault(decodeHeader(tampered({ 1: 0x10, 2: 0, 3: 0 }), frameBytesMax)))
  assert.ok(!isFault(decodeHeader(tampered({ 3: 100 }), 100)))
})

test('a flag bit beyond the eight known ones is a fault, for every such bit', () => {
  for (let bit = 0; bit < 8; bit++) assert.deepEqual(faultOf(tampered({ 6: 1 << bit })), refusedAs('flags'))
})

test('anything but exactly one of REQ, RESP and EVENT is a fault', () => {
  for (const kind of [0, 3, 5, 6, 7]) {
    assert.deepEqual(faultOf(tampered({ 7: kind })), refusedAs('kind'))
    assert.deepEqual(faultOf(tampered({ 7: kind | flag.START | flag.END })), refusedAs('kind'))
  }
})

test('a capability outside START is a fault', () => {
  assert.deepEqual(faultOf(tampered({ 3: 39, 29: 1 })), refusedAs('cap_without_start'))
  assert.deepEqual(
    faultOf(tampered({ 3: 39, 7: flag.REQ | flag.END, 29: 1 })),
    refusedAs('cap_without_start'),
  )
})

test('a capability that reaches past its frame is a fault', () => {
  const start = flag.REQ | flag.START
  assert.deepEqual(faultOf(tampered({ 7: start, 29: 1 })), refusedAs('cap_length'))
  assert.deepEqual(faultOf(tampered({ 3: 48, 7: start, 28: 0xff, 29: 0xff })), refusedAs('cap_length'))
  assert.ok(!isFault(decodeHeader(tampered({ 3: 39, 7: start, 29: 1 }), frameBytesMax)))
})

test('a header is read where it lies inside a larger buffer', () => {
  const buffer = new Uint8Array(100)
  buffer.set(encodeFrame({ ...plain, tenant: 'f'.repeat(32) }), 31)
  const header = decodeHeader(buffer.subarray(31), frameBytesMax)
  assert.ok(!isFault(header))
  assert.deepEqual([header.tenant, header.corrId], ['f'.repeat(32), 7n])
})

test('a frame that no peer would take is not encoded', () => {
  const wrong: Partial<Frame>[] = [
    { payload: new Uint8Array(frameBytesMax - headerBytes + 1) },
    { flags: flag.REQ | flag.START, cap: new Uint8Array(65_536) },
    { cap: new Uint8Array(1) },
    { flags: 0 },
    { flags: flag.REQ | flag.RESP },
    { flags: flag.REQ | 0x100 },
    { flags: flag.REQ + 0.5 },
    { code: -1 },
    { code: 65_536 },
    { appProtoId: Number.NaN },
    { tenant: 'aa' },
    { tenant: 'A'.repeat(32) },
    { corrId: -1n },
    { corrId: 1n << 64n },
  ]
  for (const change of wrong) assert.throws(() => encodeFrame({ ...plain, ...change }), RangeError)
})

test('a payload that fills the frame to its last byte is encoded', () => {
  assert.equal(
    encodeFrame({ ...plain, payload: new Uint8Array(frameBytesMax - headerBytes) }).length,
    frameBytesMax,
  )
})
