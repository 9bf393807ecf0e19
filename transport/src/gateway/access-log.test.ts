import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnsweredRequest } from '@ron/kernel/ports/requests'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { tellServed, type Served } from './access-log.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const caller = { subject: 's', tenant: 't', traceId }
const nowMs = 1_700_000_000_000

/** What was told of a request, where whoever observes remembers it or does not. */
function told(more: Partial<Served>, sampled: boolean, remembers: boolean) {
  const lines: unknown[] = []
  const answered: AnsweredRequest[] = []
  const exemplars: unknown[] = []
  const asked: boolean[] = []
  const write = (_: string, fields: object = {}) => lines.push(fields)
  tellServed(
    {
      clock: new ManualClock(nowMs),
      log: { debug: write, info: write, warn: write, error: write },
      meter: {
        request() {},
        exemplar: (route, method, exemplar) => exemplars.push({ route, method, ...exemplar }),
        inflight() {},
        rejected() {},
        integrityFailure() {},
      },
      requests: {
        wants(_route, _refused, _fromMs, _endMs, traced) {
          asked.push(traced)
          return traced || remembers
        },
        answered: (request) => answered.push(request) > 0 && remembers,
      },
    },
    {
      correlation: { requestId: 'r', correlationId: 'c', traceId, sampled },
      method: 'GET',
      route: '/objects/*name',
      operation: 'storage.get',
      peer: '127.0.0.1',
      status: 200,
      refusal: null,
      caller,
      stages: { fromMs: 0, admittedMs: 1, askedMs: 2, endMs: 20 },
      seconds: 0.02,
      ...more,
    },
  )
  return { lines, answered, exemplars, asked }
}

test('a request that is remembered is an exemplar, under the trace id of its log line', () => {
  const { lines, answered, exemplars } = told({}, true, true)
  assert.deepEqual(exemplars, [{ route: '/objects/*name', method: 'GET', traceId, value: 0.02, atMs: nowMs }])
  assert.deepEqual(
    answered.map(({ traceId, traced }) => [traceId, traced]),
    [[traceId, true]],
  )
  assert.match(JSON.stringify(lines), new RegExp(`"trace_id":"${traceId}"`))
})

test('one that is not remembered is none', () => {
  assert.deepEqual(told({}, true, false).exemplars, [])
  assert.deepEqual(told({}, false, false).answered, [])
})

test('a trace counts only of whoever was let in', () => {
  assert.deepEqual(told({}, true, false).asked, [true])
  assert.deepEqual(told({}, false, false).asked, [false])
  assert.deepEqual(told({ caller: null }, true, false).asked, [false])
})
