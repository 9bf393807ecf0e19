import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../system/manual-clock.ts'
import { Sweep, sweepMs } from './sweep.ts'

test('one timer looks for as long as there is something to look at, and starts anew when asked', () => {
  const clock = new ManualClock()
  let looked = 0
  const sweep = new Sweep(clock, () => ++looked % 3 !== 0)
  for (let n = 0; n < 100; n++) sweep.soon()
  clock.advance(sweepMs * 10)
  assert.equal(looked, 3)
  sweep.soon()
  clock.advance(sweepMs - 1)
  assert.equal(looked, 3)
  clock.advance(1)
  assert.equal(looked, 4)
})

test('nothing is looked at after a stop', () => {
  const clock = new ManualClock()
  const sweep = new Sweep(clock, () => assert.fail('looked at after the stop'))
  sweep.soon()
  sweep.stop()
  sweep.stop()
  clock.advance(sweepMs * 2)
})
