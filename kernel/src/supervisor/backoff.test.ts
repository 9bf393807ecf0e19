import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { backoffMs } from './backoff.ts'

const shape = { baseMs: 100, capMs: 5_000 }

test('the longest wait doubles with every attempt until it meets the cap', () => {
  const longest = [0, 1, 2, 3, 4, 5, 6, 7].map((attempt) => backoffMs(shape, attempt, 1 - Number.EPSILON))
  assert.deepEqual(longest, [99, 199, 399, 799, 1_599, 3_199, 4_999, 4_999])
})

test('the shortest wait is none, for jitter is full', () => {
  for (const attempt of [0, 5, 50]) assert.equal(backoffMs(shape, attempt, 0), 0)
})

test('a wait is a whole number of milliseconds within [0, min(cap, base · 2^attempt)], whatever the attempt', () => {
  const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(
      fc.nat(),
      fraction,
      fc.integer({ min: 1, max: 1_000 }),
      fc.nat(60_000),
      (attempt, at, baseMs, capMs) => {
        const waitMs = backoffMs({ baseMs, capMs }, attempt, at)
        assert.ok(Number.isInteger(waitMs))
        assert.ok(waitMs >= 0 && waitMs <= Math.min(capMs, baseMs * 2 ** attempt))
      },
    ),
  )
})
