import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { problemFrom } from './problem.ts'

const sent = {
  type: 'urn:ron:problem:busy',
  title: 'The queue is full',
  status: 429,
  detail: '64 requests wait',
  code: 'Busy',
  retryable: true,
  retry_after_ms: 250,
  trace_id: '0af7651916cd43dd8448eb211c80319c',
  explain: { wall: 'admission', rule: 'inflight_max', fix: 'wait' },
}

test('a problem document is taken as it is', () => {
  assert.deepEqual(problemFrom(429, sent), sent)
})

test('what the node asks for in the body counts before the header', () => {
  assert.equal(problemFrom(429, sent, 1_000).retry_after_ms, 250)
  const { retry_after_ms: _, ...rest } = sent
  assert.equal(problemFrom(429, rest, 1_000).retry_after_ms, 1_000)
})

test('a body that is no problem document becomes one that says so', () => {
  for (const body of [null, 'Bad gateway', [], {}, { error: 'x' }, { code: 7 }]) {
    const problem = problemFrom(502, body, 3_000)
    assert.equal(problem.code, 'Unknown')
    assert.equal(problem.status, 502)
    assert.equal(problem.retryable, true)
    assert.equal(problem.retry_after_ms, 3_000)
    assert.match(problem.detail, /probably is not from a node/)
  }
  assert.equal(problemFrom(404, null).retryable, false)
})

test('members of the wrong type are left out, so that nobody computes with them', () => {
  for (const retry_after_ms of ['250', -1, null, {}]) {
    assert.equal('retry_after_ms' in problemFrom(429, { ...sent, retry_after_ms }), false)
  }
  assert.equal(problemFrom(429, { ...sent, retryable: 'yes' }).retryable, false)
  assert.equal('explain' in problemFrom(429, { ...sent, explain: 'no' }), false)
  assert.deepEqual(problemFrom(429, { ...sent, explain: { wall: 'auth', fix: 7 } }).explain, { wall: 'auth' })
})

test('any JSON becomes a problem of the right types', () => {
  fc.assert(
    fc.property(fc.integer({ min: 400, max: 599 }), fc.jsonValue(), (status, body) => {
      const problem = problemFrom(status, body)
      assert.equal(problem.status, status)
      for (const name of ['type', 'title', 'detail', 'code', 'trace_id'] as const) {
        assert.equal(typeof problem[name], 'string')
      }
    }),
  )
})
