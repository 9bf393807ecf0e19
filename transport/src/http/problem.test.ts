import assert from 'node:assert/strict'
import test from 'node:test'
import { Refusal, refusals, type RefusalCode } from '@ron/kernel/contract/refusals'
import { headerPairs } from '../listener/header-pairs.fixture.ts'
import { problemFields, problemHeaders, problemStatus, problemText, problemType } from './problem.ts'

const traceId = 'a'.repeat(32)
const codes = Object.keys(refusals) as RefusalCode[]
const headersOf = (refusal: Refusal) => new Map(headerPairs(problemHeaders(refusal)))

test('a refusal is told with all the members of a problem', () => {
  const explain = { wall: 'policy', rule: 'r1', fix: 'ask for less' }
  const refusal = new Refusal('QuotaExceeded', 'no more today', { retryAfterMs: 1_200, explain })
  assert.deepEqual(problemFields(refusal, traceId), {
    type: 'urn:ron:problem:quota-exceeded',
    title: 'The quota is used up',
    status: 429,
    detail: 'no more today',
    code: 'QuotaExceeded',
    retryable: true,
    retry_after_ms: 1_200,
    trace_id: traceId,
    explain,
  })
})

test('members that say nothing are left out', () => {
  const fields = problemFields(new Refusal('NotFound', 'gone'), traceId)
  assert.deepEqual(Object.keys(fields), [
    'type',
    'title',
    'status',
    'detail',
    'code',
    'retryable',
    'trace_id',
  ])
})

test('the text of a problem is its fields as JSON', () => {
  const explain = { wall: 'quota', fix: 'say "less" \u2028 \ud800' }
  const details = ['', 'plain', 'with "quotes", \\ and \n', 'ü \ud800']
  const more = [
    {},
    { retryAfterMs: 7 },
    { explain },
    { retryAfterMs: 0.5, explain, headers: { allow: 'GET' } },
  ]
  for (const code of codes) {
    for (const detail of details) {
      for (const each of more) {
        const refusal = new Refusal(code, detail, each)
        assert.equal(problemText(refusal, traceId), JSON.stringify(problemFields(refusal, traceId)))
      }
    }
  }
})

test('a refusal that comes again is written out once, and names each trace', () => {
  let written = 0
  const explain = {
    get wall() {
      written++
      return 'quota'
    },
  }
  const refusal = new Refusal('Busy', 'too many', { explain, lasting: true })
  for (const trace of [traceId, 'b'.repeat(32)]) {
    const { trace_id, detail, explain } = JSON.parse(problemText(refusal, trace))
    assert.deepEqual([trace_id, detail, explain], [trace, 'too many', { wall: 'quota' }])
  }
  assert.equal(headersOf(refusal).get('retry-after'), '1')
  assert.equal(written, 1)
})

test('every row of the catalogue has a type of its own, in one form', () => {
  const types = codes.map(problemType)
  assert.equal(new Set(types).size, codes.length)
  for (const type of types) assert.match(type, /^urn:ron:problem:[a-z]+(-[a-z]+)*$/)
})

test('every 429 and 503 says when to come back, in whole seconds and never too early', () => {
  for (const code of codes) {
    const status = problemStatus(new Refusal(code, ''))
    const retryAfter = headersOf(new Refusal(code, '')).get('retry-after')
    if (status === 429 || status === 503) assert.match(retryAfter ?? '', /^[1-9]\d*$/, code)
  }
  const after = (retryAfterMs: number) =>
    headersOf(new Refusal('Busy', '', { retryAfterMs })).get('retry-after')
  assert.deepEqual([0, 1, 1_000, 1_001, 60_000].map(after), ['1', '1', '1', '2', '60'])
})

test('headers that a status must carry are passed on', () => {
  const refusal = new Refusal('MethodNotAllowed', '', { headers: { allow: 'GET, HEAD' } })
  assert.deepEqual(headerPairs(problemHeaders(refusal)), [
    ['content-type', 'application/problem+json'],
    ['allow', 'GET, HEAD'],
  ])
})
