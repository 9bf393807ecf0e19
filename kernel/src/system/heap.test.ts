import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepHeapSmall } from './heap.ts'
import { ManualClock } from './manual-clock.ts'

const mib = 2 ** 20

test('a heap is collected once it has grown by 2 MiB, and a large one is left to V8', () => {
  const clock = new ManualClock()
  let used = 5 * mib
  let collected = 0
  keepHeapSmall(clock, {
    usedBytes: () => used,
    collect() {
      collected++
      used = 5 * mib
    },
  })
  const after = (growth: number) => {
    used += growth
    clock.advance(20_000)
    return collected
  }
  assert.equal(after(0), 1, 'it does not know what is of use before the first time')
  assert.equal(after(2 * mib - 1), 1)
  assert.equal(after(1), 2)
  assert.equal(after(19 * mib + 1), 2)
  assert.equal(after(0), 2)
  used = 24 * mib
  assert.equal(after(0), 3)
  assert.equal(clock.pending, 1)
})
