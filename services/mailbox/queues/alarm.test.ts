import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HandClock } from '../testing/hand-clock.ts'
import { Alarm } from './alarm.ts'

test('an alarm rings once, for the earliest time it was set to', () => {
  const clock = new HandClock()
  const rings: number[] = []
  const alarm = new Alarm(clock, () => rings.push(clock.monotonic()))
  alarm.set(50)
  alarm.set(20)
  alarm.set(30)
  clock.advance(100)
  assert.deepEqual(rings, [20])
  alarm.set(110)
  clock.advance(100)
  assert.deepEqual(rings, [20, 110])
})

test('it never holds more than one timer, and none after it was stopped', () => {
  const clock = new HandClock()
  const alarm = new Alarm(clock, () => {})
  for (let at = 100; at > 0; at--) alarm.set(at)
  assert.equal(clock.timers, 1)
  alarm.stop()
  assert.equal(clock.timers, 0)
})

test('a time past what a platform timer holds rings early instead of at once', () => {
  const clock = new HandClock()
  let rings = 0
  const alarm = new Alarm(clock, () => rings++)
  alarm.set(2 ** 40)
  alarm.set(Infinity)
  clock.advance(86_399_999)
  assert.equal(rings, 0)
  clock.advance(1)
  assert.equal(rings, 1)
})
