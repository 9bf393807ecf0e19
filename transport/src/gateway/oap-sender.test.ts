import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes, noBytes } from '../oap/bytes.ts'
import { flag, noTenant } from '../oap/frame.ts'
import { sendLimits } from '../oap/message.ts'
import { OapCall } from './oap-call.ts'
import { OapSender, type OapCarrier } from './oap-sender.ts'

/** A carrier with no room until it is told, or with room at once. */
function sending(room: OapCarrier['room']) {
  const sent: Uint8Array[] = []
  const carrier: OapCarrier = {
    peer: '127.0.0.1',
    client: [],
    token: null,
    correlation: null,
    lasting: true,
    send: (...frame) => sent.push(Uint8Array.from(concatBytes(frame))) > 0,
    room,
    close: () => {},
    revoked: () => {},
  }
  const head = { flags: flag.RESP, code: 200, appProtoId: 7, tenant: noTenant, corrId: 1n, cap: noBytes }
  const body = Uint8Array.of(1, 2, 3)
  const done = new OapSender(carrier, sendLimits, () => {}).respond(
    head,
    { fields: {}, body },
    new OapCall(false),
  )
  // Its owner has its memory back once the turn is over.
  body.fill(9)
  return { sent, done }
}

for (const [when, wait] of [
  ['when the peer takes it at once', () => null],
  ['when it waits for the peer', () => Promise.resolve()],
] as const) {
  test(`a body goes out as it was given, ${when}`, async () => {
    const { sent, done } = sending(wait)
    const length = await done
    assert.equal(sent.length, 1)
    assert.equal(sent[0]?.length, length)
    assert.deepEqual(sent[0]?.slice(-3), Uint8Array.of(1, 2, 3))
  })
}
