import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ConnectionError, NodeError, ProtocolError } from './error.ts'
import { problemFrom } from './problem.ts'
import { retryInMs, retryShape, type Repeatable } from './retry.ts'

const refusal = (status: number, code: string, retryable: boolean, retry_after_ms?: number) =>
  new NodeError(
    problemFrom(status, { code, retryable, ...(retry_after_ms === undefined ? {} : { retry_after_ms }) }),
  )
const busy = refusal(429, 'Busy', true)
const unavailable = refusal(503, 'Unavailable', true)
const notFound = refusal(404, 'NotFound', false)
const broken = new ConnectionError('the connection closed')
const unreachable = new ConnectionError('refused', { untouched: true })

const repeats = (failure: unknown, repeatable: Repeatable) =>
  retryInMs(failure, 1, repeatable, 0.5, retryShape) !== null

test('what the node refused before doing anything is tried again, whatever it was', () => {
  for (const failure of [
    busy,
    refusal(429, 'Unknown', false),
    refusal(503, 'NotReady', true),
    refusal(503, 'Draining', true),
  ]) {
    assert.ok(repeats(failure, 'always'))
    assert.ok(repeats(failure, 'untouched'), failure.code)
  }
})

test('what may have been done already is tried again only where twice is the same as once', () => {
  for (const failure of [unavailable, refusal(504, 'Timeout', true), broken]) {
    assert.ok(repeats(failure, 'always'))
    assert.ok(!repeats(failure, 'untouched'))
  }
})

test('a request that never left is tried again, whatever it was', () => {
  assert.ok(repeats(unreachable, 'untouched'))
})

test('a refusal that will not change is final', () => {
  assert.ok(!repeats(notFound, 'always'))
  assert.ok(!repeats(new ProtocolError('not a node'), 'always'))
  assert.ok(!repeats(new TypeError('a mistake of the caller'), 'always'))
})

test('a body that was a stream cannot be sent again', () => {
  for (const failure of [busy, unavailable, unreachable]) assert.ok(!repeats(failure, 'never'))
})

test('the number of tries is bounded', () => {
  const { attemptsMax } = retryShape
  assert.notEqual(retryInMs(busy, attemptsMax - 1, 'always', 0, retryShape), null)
  assert.equal(retryInMs(busy, attemptsMax, 'always', 0, retryShape), null)
})

test('the wait is anywhere below a ceiling that doubles up to its cap', () => {
  const shape = { attemptsMax: 100, baseMs: 100, capMs: 1_000 }
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 99 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempt, fraction) => {
        const waitMs = retryInMs(broken, attempt, 'always', fraction, shape)
        assert.equal(waitMs, Math.ceil(fraction * Math.min(1_000, 100 * 2 ** (attempt - 1))))
      },
    ),
  )
})

test('the wait never undercuts what the node asked for, and is jittered beyond it', () => {
  const asking = refusal(429, 'QuotaExceeded', true, 7_000)
  assert.equal(retryInMs(asking, 1, 'always', 0, retryShape), 7_000)
  assert.equal(retryInMs(asking, 1, 'always', 0.5, retryShape), 7_050)
})
