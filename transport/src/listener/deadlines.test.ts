import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
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
  deadlines.start({ name: 'a' })
  clock.advance(60)
  deadlines.start({ name: 'b' })
  clock.advance(39)
  assert.deepEqual(expired, [])
  clock.advance(1)
  assert.deepEqual(expired, ['a'])
  clock.advance(60)
  assert.deepEqual(expired, ['a', 'b'])
})

test('whatever starts, clears and passes, each expires once, in order and on time, unless it was cleared', () => {
  const step = fc.oneof(
    fc.constant({ does: 'start' } as const),
    fc.record({ does: fc.constant('clear' as const), which: fc.nat(20) }),
    fc.record({ does: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 70 }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const clock = new ManualClock()
      const { deadlines, expired } = watched(clock)
      const started: { name: string; dueMs: number; cleared: boolean; clear: () => void }[] = []
      for (const step of steps) {
        if (step.does === 'start') {
          const name = String(started.length)
          const deadline = deadlines.start({ name })
          started.push({
            name,
            dueMs: clock.monotonic() + 100,
            cleared: false,
            clear: () => deadline.clear(),
          })
        } else if (step.does === 'wait') clock.advance(step.ms)
        else {
          const one = started[step.which]
          one?.clear()
          if (one !== undefined && one.dueMs > clock.monotonic()) one.cleared = true
        }
        const due = started.filter(({ dueMs, cleared }) => dueMs <= clock.monotonic() && !cleared)
        assert.deepEqual(
          expired,
          due.map(({ name }) => name),
        )
      }
    }),
  )
})

test('a cleared item never expires, and others do on time', () => {
  const clock = new ManualClock()
  const { deadlines, expired } = watched(clock)
  const gone = deadlines.start({ name: 'gone' })
  clock.advance(10)
  deadlines.start({ name: 'stays' })
  gone.clear()
  gone.clear()
  clock.advance(99)
  assert.deepEqual(expired, [])
  clock.advance(1)
  assert.deepEqual(expired, ['stays'])
})

test('ten thousand items share one timer, and none is left when all are served', () => {
  const clock = new ManualClock()
  const { deadlines, expired } = watched(clock)
  for (let i = 0; i < 10_000; i++) deadlines.start({ name: String(i) })
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
    if (name === 'a') deadlines.start({ name: 'child' })
  })
  deadlines.start({ name: 'a' })
  clock.advance(100)
  assert.deepEqual(expired, ['a'])
  clock.advance(100)
  assert.deepEqual(expired, ['a', 'child'])
})

test('stopping forgets everything and leaves no timer', () => {
  const clock = new ManualClock()
  const { deadlines, expired } = watched(clock)
  const deadline = deadlines.start({ name: 'a' })
  deadlines.stop()
  deadline.clear()
  assert.equal(clock.pending, 0)
  clock.advance(1_000)
  assert.deepEqual(expired, [])
})
