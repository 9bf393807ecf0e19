import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chosen, metricsTable, parseMetrics } from './metrics.ts'

const exposition = `# HELP http_requests_total Requests answered
# TYPE http_requests_total counter
http_requests_total{route="/objects/*name",status="200"} 12
http_requests_total{route="a\\"b}",status="404"} 3 1395066363000
request_latency_seconds_bucket{le="0.1"} 1
request_latency_seconds_bucket{le="+Inf"} 4
request_latency_seconds_sum 0.02
request_latency_seconds_count 4
inflight 0.5
up +Inf
gone NaN

`

test('samples are read with their labels, and nothing else is', () => {
  const samples = parseMetrics(exposition)
  assert.equal(samples.length, 9)
  assert.deepEqual(samples[0], {
    name: 'http_requests_total',
    labels: 'route="/objects/*name",status="200"',
    value: 12,
  })
  assert.deepEqual(samples[1], {
    name: 'http_requests_total',
    labels: 'route="a\\"b}",status="404"',
    value: 3,
  })
  assert.equal(samples.find(({ name }) => name === 'up')?.value, Number.POSITIVE_INFINITY)
  assert.ok(Number.isNaN(samples.find(({ name }) => name === 'gone')?.value))
})

test('lines that are no samples are passed over', () => {
  for (const text of ['', '#', 'a', 'a b c', '{x="y"} 1', 'a{x="y" 1', '<html>', '1a 2']) {
    assert.deepEqual(
      parseMetrics(text).filter(({ value }) => !Number.isNaN(value)),
      [],
      text,
    )
  }
})

test('a histogram is its count and mean', () => {
  const table = metricsTable(parseMetrics(exposition))
  assert.match(table, /^request_latency_seconds_count +4 +mean 0\.005$/m)
  assert.doesNotMatch(table, /_bucket|_sum/)
})

test('prefixes choose, and none chooses all', () => {
  const samples = parseMetrics(exposition)
  assert.deepEqual(
    chosen(samples, ['inf', 'up']).map(({ name }) => name),
    ['inflight', 'up'],
  )
  assert.equal(chosen(samples, []).length, samples.length)
  assert.equal(metricsTable(chosen(samples, ['nothing'])), 'no such metrics')
})

test('a long line of quotes is read in one pass', () => {
  assert.deepEqual(parseMetrics(`a{${'"'.repeat(200_000)}`), [])
  assert.deepEqual(parseMetrics(`a{${'x'.repeat(200_000)}`), [])
})
