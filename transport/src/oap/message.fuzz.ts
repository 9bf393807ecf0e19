/** Messages: whatever is read from payloads goes out as frames again and comes back the same. */

import assert from 'node:assert/strict'
import { Refusal } from '@ron/kernel/contract/refusals'
import { orDeclared } from '@ron/kernel/system/declared.fixture'
import { concatBytes, equalBytes, noBytes } from './bytes.ts'
import { encodeFrame, flag, headerBytes, noTenant } from './frame.ts'
import { decodeMessage, encodeMessage, framesOf, type Message } from './message.ts'
import { FrameParser } from './parser.ts'
import { Requests } from './requests.ts'

const bodyBytesMax = 1_000

/** The first byte says where the payload is cut into two frames. */
export const seeds: readonly Uint8Array[] = [
  Uint8Array.of(255, ...encodeMessage({ fields: {}, body: noBytes })),
  Uint8Array.of(12, ...encodeMessage({ fields: { name: 'a/b' }, body: new TextEncoder().encode('hello') })),
  Uint8Array.of(40, ...encodeMessage({ fields: { a: [1, 2] }, body: new Uint8Array(900) })),
]

export function run(input: Uint8Array): void {
  const [cut = 0] = input
  const payloads = [input.subarray(1, 1 + cut), input.subarray(1 + cut)]
  const message = orDeclared(
    () => decodeMessage(payloads, bodyBytesMax),
    (thrown) => thrown instanceof Refusal,
  )
  if (message === null) return
  assert.ok(message.body.length <= bodyBytesMax)
  const payload = encodeMessage(message)
  assert.ok(equalBytes(payload, concatBytes(payloads)), 'another encoding of the same message')
  const back = sentAndReceived(payload, payloads[0]?.length ?? 0)
  assert.ok(equalBytes(encodeMessage(back), payload), 'the message changed on its way')
}

/** Through frames of a receiver with low limits, its parser and its streams. */
function sentAndReceived(payload: Uint8Array, chunkBytes: number): Message {
  const cap = Uint8Array.of(1, 2, 3)
  const limits = { frameBytesMax: headerBytes + cap.length + chunkBytes, chunkBytesMax: chunkBytes }
  const head = { flags: flag.REQ, code: 1, appProtoId: 1, tenant: noTenant, corrId: 1n, cap }
  const bytes = concatBytes([...framesOf(head, payload, limits)].map(encodeFrame))
  const node = new Requests()
  const effects = new FrameParser(limits.frameBytesMax)
    .push(bytes)
    .frames.flatMap((frame) => node.frame(frame, 0))
  // A message in many frames is told of at its START as well.
  const [effect, ...others] = effects.filter(({ kind }) => kind !== 'opened')
  assert.ok(effect?.kind === 'serve' && others.length === 0, 'the frames are not one request')
  return decodeMessage(
    effect.request.parts.map((part) => part.bytes),
    bodyBytesMax,
  )
}
