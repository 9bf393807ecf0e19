import assert from 'node:assert/strict'
import test from 'node:test'
import { Refusal } from '@ron/kernel/contract/refusals'
import { noBytes, toHex } from './bytes.ts'
import { eventFrame } from './event-frame.ts'
import { encodeFrame, flag, type Frame } from './frame.ts'
import { encodeMessage, sendLimits } from './message.ts'

const request = (corrId: bigint, changes: Partial<Frame> = {}): Frame => ({
  flags: flag.REQ | flag.START | flag.END,
  code: 71,
  appProtoId: 0x0201,
  tenant: '0'.repeat(32),
  corrId,
  cap: new Uint8Array([1]),
  payload: noBytes,
  ...changes,
})

/** The event encoded for this request and nobody else. */
function alone({ appProtoId, tenant, corrId }: Frame, fields: object, asks: boolean): string {
  const flags = flag.EVENT | (asks ? flag.ACK_REQ : 0)
  const payload = encodeMessage({ fields: { ...fields }, body: noBytes })
  return toHex(encodeFrame({ flags, code: 0, appProtoId, tenant, corrId, cap: noBytes, payload }))
}

test('an event for many is for each what it would be alone, whoever comes before', () => {
  const fields = { kind: 'post', text: 'hello' }
  const other = { kind: 'post', text: 'other' }
  const requests = [
    request(1n),
    request(2n ** 64n - 1n),
    request(3n, { tenant: 'a'.repeat(32) }),
    request(4n, { appProtoId: 9 }),
    request(1n),
  ]
  for (const asks of [false, true, false]) {
    for (const to of requests) {
      for (const event of [fields, other]) {
        const frame = eventFrame(to, event, sendLimits)
        assert.ok(frame !== null)
        assert.equal(toHex(frame.asking(asks)), alone(to, event, asks))
      }
    }
  }
})

test('an event that takes several frames is none, and one that no message holds is refused', () => {
  const limits = { ...sendLimits, frameBytesMax: 100 }
  assert.equal(eventFrame(request(1n), { text: 'x'.repeat(100) }, limits), null)
  assert.notEqual(eventFrame(request(1n), { text: 'x'.repeat(40) }, limits), null)
  const tooLarge = (thrown: unknown) => thrown instanceof Refusal && thrown.code === 'TooLarge'
  assert.throws(() => eventFrame(request(1n), { text: 'x'.repeat(70_000) }, sendLimits), tooLarge)
})
