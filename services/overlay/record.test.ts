import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRecord, recordOf } from './record.ts'

const limits = {
  inflightMax: 1,
  peerInflightMax: 2,
  tenantInflightMax: 3,
  peerRateMax: 4,
  tarpitAfter: 5,
  tarpitWindowMs: 6,
  tarpitBaseMs: 7,
  tarpitDelayMaxMs: 8,
  tarpitQuietMs: 9,
  delayedMax: 10,
  peersMax: 11,
}
const flag = (peer: string, remainingMs: number) => ({ peer, remainingMs, delayMs: 50 })
const text = recordOf({ limits, flags: [flag('short', 1_000), flag('long', 5_000)] }, 100_000)

test('what was set is read back, and time has passed for the peers in the tarpit', () => {
  assert.deepEqual(readRecord(text, 100_000), { limits, flags: [flag('short', 1_000), flag('long', 5_000)] })
  assert.deepEqual(readRecord(text, 100_999), { limits, flags: [flag('short', 1), flag('long', 4_001)] })
  assert.deepEqual(readRecord(text, 101_000), { limits, flags: [flag('long', 4_000)] })
  assert.deepEqual(readRecord(text, 999_999), { limits, flags: [] })
})

test('a wall clock that was set back keeps nobody longer', () => {
  assert.deepEqual(readRecord(text, 0).flags, [flag('short', 1_000), flag('long', 5_000)])
})

test('what is no such record is an error', () => {
  assert.throws(() => readRecord('nonsense', 0), SyntaxError)
  assert.throws(() => readRecord('{"ceilings":{},"tarpits":[]}', 0), /does not say when/)
  assert.throws(() => readRecord('{"written_ms":1,"tarpits":[]}', 0), /no event of overlay.watch/)
})
