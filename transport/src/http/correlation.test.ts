import { systemRandom } from '@ron/kernel/system/random'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerHeaders, correlate } from './correlation.ts'

const from = (headers: Readonly<Record<string, string>>) => correlate((name) => headers[name] ?? null, systemRandom)
const trace = '4bf92f3577b34da6a3ce929d0e0e4736'

test('a traceparent gives the trace id', () => {
  assert.equal(from({ traceparent: `00-${trace}-00f067aa0ba902b7-01` }).traceId, trace)
  assert.equal(from({ traceparent: `01-${trace}-00f067aa0ba902b7-01-more` }).traceId, trace, 'a later version too')
})

for (const traceparent of [
  '',
  trace,
  `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
  `00-${trace}-${'0'.repeat(16)}-01`,
  `ff-${trace}-00f067aa0ba902b7-01`,
  `00-${trace.toUpperCase()}-00f067aa0ba902b7-01`,
  `00-${trace}-00f067aa0ba902b7`,
]) {
  test(`the traceparent ${JSON.stringify(traceparent)} is not one, and a new trace begins`, () => {
    const { traceId } = from({ traceparent })
    assert.match(traceId, /^[0-9a-f]{32}$/)
    assert.notEqual(traceId, trace)
  })
}

test('both ids are echoed as they were sent', () => {
  const correlation = from({ 'x-request-id': 'r-1', 'x-correlation-id': 'c/2' })
  assert.deepEqual(Object.fromEntries(answerHeaders(correlation)), {
    'x-content-type-options': 'nosniff',
    'x-request-id': 'r-1',
    'x-correlation-id': 'c/2',
  })
})

test('an id that was not sent is the other one, or the trace id', () => {
  assert.equal(from({ 'x-request-id': 'r' }).correlationId, 'r')
  assert.equal(from({ 'x-correlation-id': 'c' }).requestId, 'c')
  const { requestId, correlationId, traceId } = from({})
  assert.deepEqual([requestId, correlationId], [traceId, traceId])
})

for (const id of ['', 'a b', 'a\r\nset-cookie: x', '{"a":1}', 'é', 'x'.repeat(129)]) {
  test(`the id ${JSON.stringify(id.slice(0, 20))} is not safe to log and is replaced`, () => {
    assert.match(from({ 'x-request-id': id }).requestId, /^[0-9a-f]{32}$/)
  })
}
