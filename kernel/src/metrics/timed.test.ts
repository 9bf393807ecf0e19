import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Counter, Histogram, Registry } from 'prom-client'
import { Cells } from './cells.ts'
import { openMetrics } from './open-metrics.ts'
import { Timed } from './timed.ts'

const counter = { name: 'asked_total', help: 'Asked.' }
const histogram = { name: 'asked_seconds', help: 'How long it took.' }
const buckets = [0.25, 0.5, 1]
/** As OpenMetrics writes them. */
const boundText = new Map([
  [0.25, '0.25'],
  [0.5, '0.5'],
  [1, '1.0'],
  [Infinity, '+Inf'],
])

/** The same two metrics, counted by prom-client itself. */
class Reference {
  readonly registry = new Registry()
  readonly #counter = new Counter({
    ...counter,
    labelNames: ['route', 'method', 'status', 'node'],
    registers: [this.registry],
  })
  readonly #histogram = new Histogram({
    ...histogram,
    labelNames: ['route', 'method'],
    buckets,
    registers: [this.registry],
  })

  count(route: string, method: string, status: string | number, seconds: number): void {
    this.#counter.inc({ route, method, status, node: 'n' })
    this.#histogram.observe({ route, method }, seconds)
  }
}

/** Series may come in any order, labels as well. */
async function lines(registry: Registry): Promise<string[]> {
  const text = await registry.metrics()
  const ordered = text.replaceAll(/\{(.*)\}/g, (_, labels: string) => `{${labels.split(',').sort().join()}}`)
  return ordered.split('\n').sort()
}

const event = fc.tuple(
  fc.constantFrom('/a', '/b', ''),
  fc.constantFrom('GET', 'PUT'),
  fc.constantFrom(200, 404, 'ok'),
  // Exact in binary and in microseconds, so that sums agree to the last digit.
  fc.nat(100).map((n) => n / 64),
)

test('whatever is counted, a scrape says what prom-client would say', () =>
  fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 50 }), async (events) => {
      const registry = new Registry()
      const names = { counter, histogram, kind: ['route', 'method'], outcome: 'status' } as const
      const timed = new Timed({ ...names, always: { node: 'n' }, buckets }, new Cells(), registry)
      const reference = new Reference()
      for (const [route, method, status, seconds] of events) {
        timed.count(route, method, status, seconds)
        reference.count(route, method, status, seconds)
      }
      assert.deepEqual(await lines(registry), await lines(reference.registry))
      // A scrape changes nothing.
      assert.deepEqual(await lines(registry), await lines(reference.registry))
    }),
    { numRuns: 50 },
  ))

test('each bucket keeps the last exemplar that fell into it, and the text format has none', () =>
  fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 50 }), async (events) => {
      const registry = new Registry()
      const names = { counter, histogram, kind: ['route', 'method'], outcome: 'status' } as const
      const timed = new Timed({ ...names, always: {}, buckets }, new Cells(), registry)
      const last = new Map<string, string>()
      for (const [at, [route, method, status, value]] of events.entries()) {
        timed.count(route, method, status, value)
        const traceId = at.toString(16).padStart(32, 'a')
        timed.exemplify(route, method, { traceId, value, atMs: at * 1_500 })
        const bound = buckets.find((bound) => value <= bound) ?? Infinity
        const where = `route="${route}",method="${method}",le="${boundText.get(bound)}"`
        last.set(where, `{trace_id="${traceId}"} ${value} ${(at * 1.5).toFixed(3)}`)
      }
      const text = await openMetrics(registry)
      const found = [...text.matchAll(/^asked_seconds_bucket\{(.*?)\} \d+ # (.*)$/gm)]
      assert.deepEqual(new Map(found.map(([, where = '', exemplar = '']) => [where, exemplar])), last)
      assert.doesNotMatch(await registry.metrics(), /trace_id/)
    }),
    { numRuns: 50 },
  ))

test('cells are apart from each other, however many there are', () => {
  const cells = new Cells()
  const many = Array.from({ length: 3_000 }, () => cells.next())
  for (const [at, cell] of many.entries()) cell.add(at)
  for (const [at, cell] of many.entries()) cell.add(at)
  assert.ok(many.every((cell, at) => cell.value === 2 * at))
})
