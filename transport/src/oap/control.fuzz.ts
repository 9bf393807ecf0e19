/** HELLO, its reply, and CANCEL: read or refused, what is read is within its bounds, and comes back when it is written. */

import assert from 'node:assert/strict'
import { Refusal } from '@ron/kernel/contract/refusals'
import { orDeclared } from '@ron/kernel/system/declared.fixture'
import { cancelFrame, readCancel } from './control.ts'
import { chunkBytesMax, frameBytesMax } from './frame.ts'
import { helloFrame, helloReplyPayload, readHello, readHelloReply } from './hello.ts'

const reply = {
  frameBytesMax,
  chunkBytesMax,
  inFlightMax: 64,
  transports: ['ws'],
  server: 'node',
  decompressRatioMax: 10,
  pq: 'off',
  protocols: {},
} as const

const isDeclared = (thrown: unknown) => thrown instanceof Refusal && thrown.code === 'BadRequest'

export const seeds: readonly Uint8Array[] = [
  helloFrame({ ua: 'sdk/0.1' }, 1n).payload,
  helloFrame({ ua: null }, 1n).payload,
  helloReplyPayload(reply),
  Buffer.from('{"max_frame":1,"max_chunk":9007199254740991}'),
  cancelFrame(2n ** 64n - 1n, 1n).payload,
  Buffer.from('{ "corr_id" : "007" }'),
]

export const stepsPerByte = 50

export function run(input: Uint8Array): void {
  const hello = orDeclared(() => readHello(input), isDeclared)
  if (hello !== null) {
    assert.ok(hello.ua === null || hello.ua.length <= 256)
    assert.deepEqual(readHello(helloFrame(hello, 1n).payload), hello)
  }
  const limits = orDeclared(() => readHelloReply(input), isDeclared)
  if (limits !== null) {
    for (const limit of Object.values(limits)) assert.ok(Number.isSafeInteger(limit) && limit > 0)
    assert.ok(limits.frameBytesMax <= frameBytesMax && limits.chunkBytesMax <= chunkBytesMax)
    assert.deepEqual(readHelloReply(helloReplyPayload({ ...reply, ...limits })), limits)
  }
  const target = orDeclared(() => readCancel(input), isDeclared)
  if (target === null) return
  assert.ok(target >= 0n && target < 2n ** 64n)
  assert.equal(readCancel(cancelFrame(target, 1n).payload), target)
}
