/** Records: none opens but the one that is due, bit for bit, and a message comes apart into exactly the frames in it. */

import assert from 'node:assert/strict'
import { concatBytes, equalBytes, noBytes } from '../oap/bytes.ts'
import { encodeFrame, flag, noTenant } from '../oap/frame.ts'
import { native } from './native.ts'
import { framesIn, isRecord, Opener, recordOverhead, Sealer } from './records.ts'

const keys = () => ({ aead: native.aead(new Uint8Array(32).fill(7)), baseNonce: new Uint8Array(12) })
const frame = encodeFrame({
  flags: flag.REQ,
  code: 1,
  appProtoId: 0x0101,
  tenant: noTenant,
  corrId: 5n,
  cap: noBytes,
  payload: Buffer.from('asked'),
})
const sealer = new Sealer(keys())
const [first, second] = [sealer.seal(frame), sealer.seal(frame, frame)]
if (first === null || second === null) throw new Error('a direction begins with room for two records')

export const seeds: readonly Uint8Array[] = [first, second, concatBytes([first, second]), frame]

export const stepsPerByte = 30

export function run(input: Uint8Array): void {
  const opener = new Opener(keys())
  const opened = isRecord(input) ? opener.open(input) : null
  assert.equal(opened?.ok === true, equalBytes(input, first ?? noBytes))
  if (opened?.ok === true) {
    assert.deepEqual(new Uint8Array(opened.frames), new Uint8Array(frame))
    assert.equal(input.length, frame.length + recordOverhead)
  }
  const frames = framesIn(input)
  if (frames === null) return
  assert.ok(equalBytes(concatBytes(frames), input))
  for (const each of frames)
    assert.equal(new DataView(each.buffer, each.byteOffset).getUint32(0), each.length)
}
