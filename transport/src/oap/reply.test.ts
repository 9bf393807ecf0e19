import assert from 'node:assert/strict'
import test from 'node:test'
import { noBytes, toHex } from './bytes.ts'
import { encodeFrame, flag, type Frame } from './frame.ts'
import {
  acknowledgement,
  askEvery,
  isAcknowledgement,
  replyTo,
  SendWindow,
  unacknowledgedMax,
} from './reply.ts'

const request: Frame = {
  flags: flag.REQ | flag.START | flag.ACK_REQ,
  code: 3,
  appProtoId: 200,
  tenant: `${'0'.repeat(30)}dd`,
  corrId: 123n,
  cap: new Uint8Array([1]),
  payload: new Uint8Array([2]),
}

test('a reply repeats protocol, tenant and corr_id, and never the capability', () => {
  const head = replyTo(request, 'RESP', 200)
  const hex =
    '000000310001000200c800c8000000000000000000000000000000dd0000000000000000007b68656c6c6f20776f726c64'
  assert.equal(toHex(encodeFrame({ ...head, payload: new TextEncoder().encode('hello world') })), hex)
  assert.equal(replyTo(request, 'EVENT', 0).flags, flag.EVENT)
})

test('an acknowledgement is an empty RESP 202 and nothing else is one', () => {
  const ack = acknowledgement(request)
  assert.ok(isAcknowledgement(ack))
  assert.deepEqual([ack.flags, ack.code, ack.payload], [flag.RESP, 202, noBytes])
  const others: Partial<Frame>[] = [{ code: 200 }, { payload: new Uint8Array(2) }, { flags: flag.EVENT }]
  for (const change of others) assert.ok(!isAcknowledgement({ ...ack, ...change }))
})

test('a window is full at 32 unacknowledged frames, of which two ask, and an acknowledgement makes room for 16', () => {
  const window = new SendWindow()
  const asked: number[] = []
  for (let sent = 1; sent <= unacknowledgedMax; sent++) {
    assert.ok(!window.full)
    if (window.sent()) asked.push(sent)
  }
  assert.equal(unacknowledgedMax, 32)
  assert.deepEqual(asked, [16, 32])
  assert.ok(window.full)
  assert.throws(() => window.sent(), /32 frames are unacknowledged/)
  assert.ok(window.acknowledged())
  for (let sent = 1; sent <= askEvery; sent++) assert.equal(window.sent(), sent === askEvery)
  assert.ok(window.full)
})

test('an acknowledgement of what never asked is noticed and makes no room', () => {
  const window = new SendWindow()
  for (let sent = 1; sent < askEvery; sent++) assert.ok(!window.sent())
  assert.ok(!window.acknowledged())
  assert.ok(window.sent())
  assert.ok(window.acknowledged())
  assert.ok(!window.acknowledged())
})
