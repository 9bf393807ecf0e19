import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusalCode, Refusal, refusalRow, refusals } from './refusals.ts'

test('every code has an error status, and 429 and 503 always say when to come back', () => {
  for (const code of Object.keys(refusals)) {
    assert.ok(isRefusalCode(code))
    const { status, retryable, retryAfterMs } = refusalRow(code)
    assert.ok(status >= 400 && status < 600, code)
    if (status === 429 || status === 503) assert.ok(retryable && retryAfterMs !== undefined, code)
  }
})

test('what every object inherits is no code', () => {
  for (const name of ['toString', 'constructor', '__proto__', '', 'notfound'])
    assert.equal(isRefusalCode(name), false)
})

test('a refusal carries its code, its message, what goes with it, and its cause', () => {
  const cause = new Error('why')
  const refusal = new Refusal('Busy', 'full', { retryAfterMs: 5 }, { cause })
  assert.deepEqual(
    [refusal.name, refusal.code, refusal.message, refusal.more, refusal.cause],
    ['Refusal', 'Busy', 'full', { retryAfterMs: 5 }, cause],
  )
  assert.equal('cause' in new Refusal('Busy', 'full'), false)
})

test('a refusal has no stack, and leaves that of other errors as it was', () => {
  const { stackTraceLimit } = Error
  const refusal = new Refusal('Busy', 'try again')
  assert.doesNotMatch(refusal.stack ?? '', /\n/)
  assert.equal(Error.stackTraceLimit, stackTraceLimit)
  assert.match(new Error('a fault').stack ?? '', /\n/)
})
