import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { spend, unspent, type Rate } from './gcra.ts'
import { Bucket } from './gcra.oracle.ts'

const rate: Rate = { perSecond: 10, burst: 3 }

test('a burst passes at once, then one request per interval', () => {
  let tatMs = unspent
  const at = (nowMs: number) => {
    const [nextMs, outcome] = spend(tatMs, nowMs, 1, rate)
    tatMs = nextMs
    return outcome.ok ? 'ok' : outcome.retryAfterMs
  }
  assert.deepEqual([at(0), at(0), at(0), at(0)], ['ok', 'ok', 'ok', 100])
  assert.deepEqual([at(99), at(100), at(100), at(200)], [1, 'ok', 100, 'ok'])
  assert.deepEqual([at(10_000), at(10_000), at(10_000), at(10_000)], ['ok', 'ok', 'ok', 100])
})

test('a refusal spends nothing', () => {
  const [tatMs] = spend(unspent, 0, 3, rate)
  assert.deepEqual(spend(tatMs, 0, 1, rate), [tatMs, { ok: false, retryAfterMs: 100 }])
})

test('a cost above the burst never passes and says so', () => {
  assert.deepEqual(spend(unspent, 0, 4, rate), [
    unspent,
    { ok: false, retryAfterMs: Number.POSITIVE_INFINITY },
  ])
})

test('it agrees with a token bucket, and the wait it names is enough and not more', () => {
  const rates = fc.record({
    perSecond: fc.constantFrom(0.5, 1, 7, 10, 1_000),
    burst: fc.constantFrom(1, 2.5, 3, 50),
  })
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.constantFrom(1, 2, 0.5)), {
    maxLength: 80,
  })
  fc.assert(
    fc.property(rates, steps, (rate, steps) => {
      const bucket = new Bucket(rate)
      let tatMs = unspent
      let nowMs = 0
      for (const [pauseMs, cost] of steps) {
        nowMs += pauseMs
        const [nextMs, outcome] = spend(tatMs, nowMs, cost, rate)
        assert.equal(outcome.ok, bucket.take(nowMs, cost))
        if (!outcome.ok && cost <= rate.burst) {
          assert.ok(spend(tatMs, nowMs + outcome.retryAfterMs, cost, rate)[1].ok)
          assert.ok(!spend(tatMs, nowMs + outcome.retryAfterMs - 1, cost, rate)[1].ok)
        }
        tatMs = nextMs
      }
    }),
    { numRuns: 500 },
  )
})
