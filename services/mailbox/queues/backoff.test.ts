import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backoffMs } from './backoff.ts'

const shape = { baseMs: 200, capMs: 60_000 }
const longest = 1 - Number.EPSILON

test('the longest wait doubles with every failed delivery up to the cap', () => {
  const most = [1, 2, 3, 9, 10, 1000].map(
    (attempt) => Math.ceil(backoffMs(shape, attempt, longest) / 100) * 100,
  )
  assert.deepEqual(most, [200, 400, 800, 51_200, 60_000, 60_000])
})

test('the jitter is full: any wait from zero on is possible', () => {
  assert.equal(backoffMs(shape, 5, 0), 0)
  assert.equal(backoffMs(shape, 1, 0.5), 100)
})
