import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMetrics } from './metrics.ts'
import { ratesBetween } from './rates.ts'

const metrics = (counts: { ok: number; failed: number; quick: number; all: number }) =>
  parseMetrics(`http_requests_total{route="/a",status="200"} ${counts.ok}
http_requests_total{route="/a",status="503"} ${counts.failed}
request_latency_seconds_bucket{le="0.001",route="/a"} ${counts.quick}
request_latency_seconds_bucket{le="0.01",route="/a"} ${counts.all}
request_latency_seconds_bucket{le="+Inf",route="/a"} ${counts.all}
inflight_requests{route="/a"} 3
`)

test('what happened between two readings is told by the second', () => {
  const before = metrics({ ok: 100, failed: 0, quick: 100, all: 100 })
  const after = metrics({ ok: 280, failed: 20, quick: 290, all: 300 })
  const { requestsPerSecond, byClass, p50Ms, p99Ms, inFlight } = ratesBetween(before, after, 2)
  assert.deepEqual([requestsPerSecond, p50Ms, p99Ms, inFlight], [100, 1, 10, 3])
  assert.deepEqual(
    [...byClass],
    [
      ['2xx', 90],
      ['5xx', 10],
    ],
  )
})

test('a node that was restarted counts from nothing, and one that was asked nothing has no latency', () => {
  const before = metrics({ ok: 100, failed: 0, quick: 100, all: 100 })
  assert.equal(ratesBetween(before, metrics({ ok: 7, failed: 0, quick: 7, all: 7 }), 1).requestsPerSecond, 7)
  assert.equal(ratesBetween(before, before, 1).p99Ms, null)
})
