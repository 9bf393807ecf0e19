import { isRefusalCode, Refusal, refusals } from '@ron/kernel/contract/refusals'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problemFields, problemHeaders, problemStatus, problemType } from './problem.ts'

const codes = Object.keys(refusals).filter(isRefusalCode)

test('every row of the catalogue has a problem of its own, with a stable name', () => {
  const types = codes.map(problemType)
  assert.equal(new Set(types).size, codes.length)
  for (const type of types) assert.match(type, /^urn:ron:problem:[a-z]+(-[a-z]+)*$/)
  assert.equal(problemType('RangeNotSatisfiable'), 'urn:ron:problem:range-not-satisfiable')
})

test('every 429 and 503 carries a Retry-After in whole seconds, and the wait in milliseconds', () => {
  for (const code of codes) {
    const refusal = new Refusal(code, 'because')
    if (problemStatus(refusal) !== 429 && problemStatus(refusal) !== 503) continue
    const headers = new Map(problemHeaders(refusal))
    assert.match(headers.get('retry-after') ?? '', /^[1-9]\d*$/, code)
    assert.ok(Number(problemFields(refusal, '')['retry_after_ms']) > 0, code)
  }
})

test('a wait is rounded up, never down', () => {
  const headers = new Map(problemHeaders(new Refusal('Busy', '', { retryAfterMs: 1_001 })))
  assert.equal(headers.get('retry-after'), '2')
})

test('a problem says what, why, whether to try again, and how to find it in the log', () => {
  const refusal = new Refusal('PolicyDenied', 'writing is closed', {
    explain: { wall: 'policy', rule: 'no-writes', fix: 'read instead' },
    headers: { 'x-more': '1' },
  })
  assert.deepEqual(problemFields(refusal, 'f'.repeat(32)), {
    type: 'urn:ron:problem:policy-denied',
    title: 'Policy denies this request',
    status: 403,
    detail: 'writing is closed',
    code: 'PolicyDenied',
    retryable: false,
    trace_id: 'f'.repeat(32),
    explain: { wall: 'policy', rule: 'no-writes', fix: 'read instead' },
  })
  assert.deepEqual(problemHeaders(refusal), [
    ['content-type', 'application/problem+json'],
    ['x-more', '1'],
  ])
})
