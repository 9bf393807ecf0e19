import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from './manual-clock.ts'

test('time stands still until it is advanced, and both readings move together', () => {
  const clock = new ManualClock(1_000)
  assert.deepEqual([clock.now(), clock.monotonic()], [1_000, 0])
  clock.advance(250)
  assert.deepEqual([clock.now(), clock.monotonic()], [1_250, 250])
})

test('tasks run in order of time, then in the order they were set, each at its own moment', () => {
  const clock = new ManualClock()
  const ran: string[] = []
  const note = (name: string) => () => ran.push(`${name}@${clock.monotonic()}`)
  clock.after(20, note('late'))
  clock.after(10, note('first'))
  clock.after(10, note('second'))
  clock.advance(20)
  assert.deepEqual(ran, ['first@10', 'second@10', 'late@20'])
})

test('a task set by a task runs in the same advance when it falls due in it, else later', () => {
  const clock = new ManualClock()
  const ran: number[] = []
  const tick = () => {
    ran.push(clock.monotonic())
    clock.after(10, tick)
  }
  clock.after(10, tick)
  clock.advance(35)
  assert.deepEqual(ran, [10, 20, 30])
  assert.equal(clock.monotonic(), 35)
  assert.equal(clock.pending, 1)
})

test('a cancelled task does not run, even when another due at the same moment cancels it', () => {
  const clock = new ManualClock()
  let ran = false
  let cancel = () => {}
  clock.after(5, () => cancel())
  cancel = clock.after(5, () => {
    ran = true
  })
  clock.advance(5)
  assert.equal(ran, false)
  assert.equal(clock.pending, 0)
})

test('a task that sets itself again without delay is reported rather than run for ever', () => {
  const clock = new ManualClock()
  const again = () => void clock.after(0, again)
  again()
  assert.throws(() => clock.advance(1), /sets itself again without delay/)
})
