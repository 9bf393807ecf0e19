import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { openMetrics } from './open-metrics.ts'
import { ReadHistogram, series } from './read-histogram.ts'

function registryOf() {
  const registry = new Registry()
  return { registry, registers: [registry] }
}

test('each kind of metric is written as OpenMetrics has it', async () => {
  const { registry, registers } = registryOf()
  new Counter({ name: 'asked_total', help: 'Asked "so".', labelNames: ['by'], registers }).inc(
    { by: 'a"\n\\' },
    2,
  )
  new Gauge({ name: 'open', help: 'Open.', registers }).set(Number.NaN)
  new Gauge({ name: 'depth', help: 'Deep.', registers }).set(Number.NEGATIVE_INFINITY)
  new Histogram({ name: 'took', help: 'Took.', buckets: [0.5, 1, 10], registers }).observe(0.75)
  assert.equal(
    await openMetrics(registry),
    [
      '# TYPE asked counter',
      '# HELP asked Asked \\"so\\".',
      'asked_total{by="a\\"\\n\\\\"} 2',
      '# TYPE open gauge',
      '# HELP open Open.',
      'open NaN',
      '# TYPE depth gauge',
      '# HELP depth Deep.',
      'depth -Inf',
      '# TYPE took histogram',
      '# HELP took Took.',
      'took_bucket{le="0.5"} 0',
      'took_bucket{le="1.0"} 1',
      'took_bucket{le="10.0"} 1',
      'took_bucket{le="+Inf"} 1',
      'took_sum 0.75',
      'took_count 1',
      '# EOF',
      '',
    ].join('\n'),
  )
})

test('a bucket has its exemplar with the trace, the value and the time', async () => {
  const { registry } = registryOf()
  const exemplar = { traceId: '0af7651916cd43dd8448eb211c80319c', value: 0.25, atMs: 1_700_000_000_123 }
  const buckets = { bounds: [0.5], counts: [1, 0], sum: 0.25, exemplars: [exemplar, null] }
  const read = () => series('took', {}, buckets)
  registry.registerMetric(new ReadHistogram({ name: 'took', help: 'Took.', registers: [] }, read))
  const lines = (await openMetrics(registry)).split('\n')
  assert.deepEqual(lines.slice(2, 4), [
    'took_bucket{le="0.5"} 1 # {trace_id="0af7651916cd43dd8448eb211c80319c"} 0.25 1700000000.123',
    'took_bucket{le="+Inf"} 1',
  ])
})

test('to write one changes nothing of the text format', async () => {
  const { registry, registers } = registryOf()
  new Counter({ name: 'asked_total', help: 'Asked.', registers }).inc(3)
  const before = await registry.metrics()
  await openMetrics(registry)
  assert.equal(await registry.metrics(), before)
  assert.match(before, /^asked_total 3$/m)
})

test('a counter that OpenMetrics has no name for is refused', async () => {
  const { registry, registers } = registryOf()
  new Counter({ name: 'asked', help: 'Asked.', registers })
  await assert.rejects(openMetrics(registry), /the counter asked does not end in _total/)
})
