import assert from 'node:assert/strict'
import test from 'node:test'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { Deadlines } from './deadlines.ts'

function watched(clock: ManualClock) {
  const expired: string[] = []
  const deadlines = new Deadlines<{ name: string }>(clock, 100, ({ name }) => expired.push(name))
  return { deadlines, expired }
}

test('items expire in the order they were set, each after its full time', () => {
  const clock = new ManualClock()
  const { deadlines, expired } = watched(clock)
  deadlines.set({ name: 'a' })
  clock.advance(60)
  deadlines.set({ name: 'b' })
  clock.advance(39)
  assert.deepEqual(expired, [])
  clock.advance(1)
  assert.deepEqual(expired, ['a'])
  clock.advance(60)
  assert.deepEqual(expired, ['a', 'b'])
})

test('setting an item again starts its time anew', () => {
  const clock = new ManualClock()
  const { deadlines, expired } = watched(clock)
  const item = { name: 'a' }
  deadlines.set(item)
  clock.advance(99)
  deadlines.set(item)
  clock.advance(99)
  assert.deepEqual(expired, [])
  clock.advance(1)
  assert.deepEqual(expired, ['a'])
})

test('a cleared item never expires, and others do on time', () => {
  const clock = new ManualClock()
  const { deadlines, expired } = watched(clock)
  const gone = { name: 'gone' }
  deadlines.set(gone)
  clock.advance(10)
  deadlines.set({ name: 'stays' })
  deadlines.clear(gone)
  clock.advance(99)
  assert.deepEqual(expired, [])
  clock.advance(1)
  assert.deepEqual(expired, ['stays'])
})

test('ten thousand items share one timer, and none is left when all are served', () => {
  const clock = new ManualClock()
  const { deadlines, expired } = watched(clock)
  for (let i = 0; i < 10_000; i++) deadlines.set({ name: String(i) })
  assert.equal(clock.pending, 1)
  clock.advance(100)
  assert.equal(expired.length, 10_000)
  assert.equal(clock.pending, 0)
})

test('an item that sets another while it expires does not lose it', () => {
  const clock = new ManualClock()
  const expired: string[] = []
  const deadlines = new Deadlines<{ name: string }>(clock, 100, ({ name }) => {
    expired.push(name)
    if (name === 'a') deadlines.set({ name: 'child' })
  })
  deadlines.set({ name: 'a' })
  clock.advance(100)
  assert.deepEqual(expired, ['a'])
  clock.advance(100)
  assert.deepEqual(expired, ['a', 'child'])
})

test('stopping forgets everything and leaves no timer', () => {
  const clock = new ManualClock()
  const { deadlines, expired } = watched(clock)
  deadlines.set({ name: 'a' })
  deadlines.stop()
  assert.equal(clock.pending, 0)
  clock.advance(1_000)
  assert.deepEqual(expired, [])
})
