import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arrivalTimes, type Arrivals } from './arrivals.ts'

function first(count: number, arrivals: Arrivals): readonly number[] {
  const times = arrivalTimes(arrivals)
  return Array.from({ length: count }, () => times.next().value)
}

test('constant arrivals come one interval after the other', () => {
  assert.deepEqual(first(3, { kind: 'constant', perSecond: 100, seed: 1 }), [10, 20, 30])
})

test('arrivals never go back, and a seed brings them back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1 }), fc.integer({ min: 1, max: 1e6 }), (seed, perSecond) => {
      const arrivals = { kind: 'poisson', perSecond, seed } as const
      const times = first(100, arrivals)
      assert.deepEqual(times, first(100, arrivals))
      for (const [at, time] of times.entries()) assert.ok(time >= (times[at - 1] ?? 0))
    }),
  )
})

test('Poisson arrivals keep the rate, and their gaps vary as much as they are long', () => {
  const count = 100_000
  const times = first(count, { kind: 'poisson', perSecond: 1_000, seed: 7 })
  const gaps = times.map((time, at) => time - (times[at - 1] ?? 0))
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / count
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / count
  assert.ok(Math.abs(mean - 1) < 0.02, `a mean of ${mean} ms`)
  assert.ok(Math.abs(Math.sqrt(variance) - 1) < 0.03, `a deviation of ${Math.sqrt(variance)} ms`)
})

test('a rate of nothing is refused', () => {
  assert.throws(() => arrivalTimes({ kind: 'constant', perSecond: 0, seed: 1 }).next(), /there must be some/)
})
