import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kernelMetrics, type KernelMetrics, type Readings } from './metrics.ts'

const readings: Readings = {
  ready: () => true,
  shed: () => ['media'] as const,
  uptimeSeconds: () => 12.5,
  connections: () => 3,
  droppedLines: () => 7,
  timers: () => 11,
  inboxDepths: () => [{ service: 'storage', depth: 4 }],
}
const exposed = async (metrics: KernelMetrics) => (await metrics.expose('text')).text
const made = () => kernelMetrics('micronode', true, ['storage', 'index'], readings)

interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Parses the text exposition format strictly: an unreadable line, or a sample without its TYPE, is an error. */
function parsed(text: string): {
  readonly types: ReadonlyMap<string, string>
  readonly samples: readonly Sample[]
} {
  const types = new Map<string, string>()
  const helped = new Set<string>()
  const samples: Sample[] = []
  for (const line of text.split('\n').filter((line) => line !== '')) {
    const comment = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line)
    if (comment !== null) {
      const [, kind = '', name = '', rest = ''] = comment
      if (kind === 'HELP') helped.add(name)
      else types.set(name, rest)
      continue
    }
    const sample = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line)
    assert.ok(sample !== null, `cannot read: ${line}`)
    const [, name = '', labels = '', value = ''] = sample
    const family = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')
    assert.ok(types.has(family) && helped.has(family), `${name} has no TYPE or HELP`)
    const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [
      key,
      text,
    ])
    samples.push({ name, labels: Object.fromEntries(pairs), value: Number(value) })
  }
  return { types, samples }
}

const golden: readonly [string, string, readonly string[]][] = [
  ['http_requests_total', 'counter', ['route', 'method', 'status', 'service']],
  ['request_latency_seconds', 'histogram', ['route', 'method']],
  ['inflight_requests', 'gauge', ['route']],
  ['bus_lagged_total', 'counter', ['service']],
  ['service_restarts_total', 'counter', ['service']],
  ['rejected_total', 'counter', ['reason']],
  ['pq_downgrade_events_total', 'counter', ['reason']],
  ['integrity_failure_total', 'counter', ['stage']],
]

test('the names operators look for are there, with their types and exactly their labels', async () => {
  const metrics = made()
  metrics.front.request('/o/:address', 'GET', 200, 0.003)
  metrics.front.inflight('/o/:address', 1)
  const { types, samples } = parsed(await exposed(metrics))
  for (const [name, type, labels] of golden) {
    assert.equal(types.get(name), type, name)
    const mine = samples.filter((sample) => sample.name === name || sample.name === `${name}_count`)
    assert.ok(mine.length > 0, name)
    for (const sample of mine) assert.deepEqual(Object.keys(sample.labels).sort(), [...labels].sort(), name)
  }
})

test('what can be alerted on is there before it happens', async () => {
  const { samples } = parsed(await exposed(made()))
  const zero = (name: string, label: string, value: string) =>
    assert.ok(
      samples.some((sample) => sample.name === name && sample.labels[label] === value && sample.value === 0),
      `${name} ${value}`,
    )
  for (const service of ['storage', 'index']) {
    zero('service_restarts_total', 'service', service)
    zero('bus_lagged_total', 'service', service)
  }
  for (const reason of ['oap_cap', 'backpressure', 'unauth']) zero('rejected_total', 'reason', reason)
  for (const stage of ['blake3_mismatch', 'decompress_cap']) zero('integrity_failure_total', 'stage', stage)
})

test('what happens is counted where it belongs', async () => {
  const metrics = made()
  metrics.front.request('/o/:address', 'GET', 404, 0.02)
  metrics.front.request('/o/:address', 'GET', 404, 0.04)
  metrics.front.inflight('/search', 1)
  metrics.front.inflight('/search', 1)
  metrics.front.inflight('/search', -1)
  metrics.front.rejected('quota')
  metrics.front.integrityFailure('truncated')
  metrics.services.answered('storage', 'get', 'NotFound', 0.001)
  metrics.restarted('storage')
  metrics.lagged('audit-log', 5)
  const { samples } = parsed(await exposed(metrics))
  const value = (name: string, labels: Sample['labels']) =>
    samples.find(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([key, at]) => sample.labels[key] === at),
    )?.value
  const route = '/o/:address'
  assert.equal(value('http_requests_total', { route, method: 'GET', status: '404', service: 'micronode' }), 2)
  assert.equal(value('request_latency_seconds_bucket', { route, le: '0.025' }), 1)
  assert.equal(value('request_latency_seconds_count', { route, method: 'GET' }), 2)
  assert.equal(value('inflight_requests', { route: '/search' }), 1)
  assert.equal(value('rejected_total', { reason: 'quota' }), 1)
  assert.equal(value('integrity_failure_total', { stage: 'truncated' }), 1)
  assert.equal(
    value('service_requests_total', { service: 'storage', operation: 'get', outcome: 'NotFound' }),
    1,
  )
  assert.equal(value('service_restarts_total', { service: 'storage' }), 1)
  assert.equal(value('bus_lagged_total', { service: 'audit-log' }), 5)
})

test('gauges are read at the scrape', async () => {
  const { samples } = parsed(await exposed(made()))
  const value = (name: string) => samples.find((sample) => sample.name === name)?.value
  assert.equal(value('node_ready'), 1)
  assert.equal(value('node_uptime_seconds'), 12.5)
  assert.equal(value('open_connections'), 3)
  assert.equal(value('service_inbox_depth'), 4)
  assert.equal(value('log_lines_dropped'), 7)
  assert.equal(value('amnesia_mode'), 1)
  assert.ok((value('process_resident_memory_bytes') ?? 0) > 1_000_000)
})

test('a label that holds quotes, backslashes and newlines is still one readable line', async () => {
  const metrics = made()
  metrics.services.answered('storage', 'a"b\\c\nd', 'ok', 0.001)
  const { samples } = parsed(await exposed(metrics))
  assert.ok(samples.some((sample) => sample.labels['operation'] === 'a\\"b\\\\c\\nd'))
})

test('two nodes in one process share no metric', async () => {
  const [one, other] = [made(), made()]
  one.restarted('storage')
  assert.doesNotMatch(await exposed(other), /service_restarts_total\{service="storage"\} 1/)
})
