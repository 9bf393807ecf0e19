import { Refusal } from '@ron/kernel/contract/refusals'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cancelFrame, readCancel } from './control.ts'

for (const target of [0n, 42n, 2n ** 64n - 1n]) {
  test(`CANCEL of corr_id ${target} is read back as it was written`, () => {
    assert.equal(readCancel(cancelFrame(target, 7n).payload), target)
  })
}

for (const payload of [
  '',
  '{}',
  '{"corr_id":42}',
  '{"corr_id":"-1"}',
  '{"corr_id":"18446744073709551616"}',
  '{"corr_id":"1","x":2}',
  'x'.repeat(100),
]) {
  test(`CANCEL with the payload ${payload.slice(0, 40)} is refused`, () => {
    assert.throws(
      () => readCancel(new TextEncoder().encode(payload)),
      (cause) => cause instanceof Refusal && cause.code === 'BadRequest',
    )
  })
}
