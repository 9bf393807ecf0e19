import assert from 'node:assert/strict'
import test from 'node:test'
import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'
import { headerPairs } from '../listener/header-pairs.fixture.ts'
import { answerHeaders, correlate, TraceIds } from './correlation.ts'

const random = { fraction: () => 0, bytes: (length: number) => new Uint8Array(length).fill(0xab) }
const made = 'ab'.repeat(16)
const trace = '0af7651916cd43dd8448eb211c80319c'
const correlated = (headers: Record<string, string>) =>
  correlate((name) => headers[name] ?? null, new TraceIds(random))

test('ids are made up when none are sent', () => {
  assert.deepEqual(correlated({}), {
    requestId: made,
    correlationId: made,
    traceId: made,
    sampled: false,
  })
})

test('ids that are sent are kept; one stands in for the other', () => {
  const both = correlated({ 'x-request-id': 'r-1', 'x-correlation-id': 'c-1' })
  assert.deepEqual([both.requestId, both.correlationId], ['r-1', 'c-1'])
  const one = correlated({ 'x-request-id': 'r-1' })
  assert.deepEqual([one.requestId, one.correlationId], ['r-1', 'r-1'])
  const other = correlated({ 'x-correlation-id': 'c-1' })
  assert.deepEqual([other.requestId, other.correlationId], ['c-1', 'c-1'])
})

test('ids that are too long, empty or unsafe to log are replaced', () => {
  for (const id of ['', 'a'.repeat(129), 'a b', 'a\nb', 'a"b', 'é', '\u0000', '<a>', '{}']) {
    assert.equal(correlated({ 'x-request-id': id }).requestId, made, JSON.stringify(id))
  }
  assert.equal(correlated({ 'x-request-id': 'a'.repeat(128) }).requestId, 'a'.repeat(128))
})

test('no two ids that are made up are the same, however many are', () => {
  const ids = new TraceIds(seededRandom(1))
  const seen = new Set(Array.from({ length: 1_000 }, () => ids.next()))
  assert.equal(seen.size, 1_000)
  for (const id of seen) assert.match(id, /^[0-9a-f]{32}$/)
})

test('a W3C traceparent gives the trace id', () => {
  const good = [
    `00-${trace}-b7ad6b7169203331-01`,
    `00-${trace}-b7ad6b7169203331-00`,
    `cc-${trace}-b7ad6b7169203331-01`,
    `cc-${trace}-b7ad6b7169203331-01-what-the-future-brings`,
  ]
  for (const traceparent of good) assert.equal(correlated({ traceparent }).traceId, trace, traceparent)
})

test('the last bit of its flags says whether the client keeps the trace', () => {
  const flagged = (flags: string) =>
    correlated({ traceparent: `00-${trace}-b7ad6b7169203331-${flags}` }).sampled
  assert.deepEqual(['01', '03', 'ff'].map(flagged), [true, true, true])
  assert.deepEqual(['00', '02', 'fe', '1'].map(flagged), [false, false, false, false])
})

test('a traceparent that is not whole is as none', () => {
  const bad = [
    '',
    trace,
    `00-${trace}-b7ad6b7169203331`,
    `00-${trace.toUpperCase()}-b7ad6b7169203331-01`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `ff-${trace}-b7ad6b7169203331-01`,
    `00-${trace}-b7ad6b7169203331-01-more`,
    `00-${trace}-b7ad6b7169203331-01 `,
    ` 00-${trace}-b7ad6b7169203331-01`,
    `00-${trace}x-b7ad6b7169203331-01`,
  ]
  for (const traceparent of bad) assert.equal(correlated({ traceparent }).traceId, made, traceparent)
})

test('every answer names its request', () => {
  const ids = { requestId: 'r', correlationId: 'c', traceId: made, sampled: false }
  const headers = new Map(headerPairs(answerHeaders(ids)))
  assert.deepEqual([headers.get('x-request-id'), headers.get('x-correlation-id')], ['r', 'c'])
})
