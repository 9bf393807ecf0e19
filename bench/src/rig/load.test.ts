import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outcomeOf } from './load.ts'
import { addedUp, Counting } from './tally.ts'

const well = { status: 200, retryAfter: false, closes: false }
const busy = { status: 429, retryAfter: true, closes: false }

/** One second from 0: 200 requests `lateMs` late, of which the first 100 are served in 10 ms, 50 refused in 1, 50 never answered. */
function counted(lateMs: number): Counting {
  const counting = new Counting(0, 1_000)
  for (let nth = 0; nth < 200; nth++) {
    counting.begun(nth, nth + lateMs)
    if (nth < 100) counting.answered(nth, nth + 10, well)
    else if (nth < 150) counting.answered(nth, nth + 1, busy)
    else counting.givenUp(nth, nth + 500)
  }
  return counting
}

test('what was given up is no answer, and counts among the served with its age', () => {
  const outcome = outcomeOf(counted(0).result(0.5), 'open', 1_500)
  assert.deepEqual(
    [outcome.intendedPerSecond, outcome.goodPerSecond, outcome.refusedPerSecond, outcome.failedShare],
    [200, 100, 50, 0.25],
  )
  assert.equal(outcome.served.count, 150)
  assert.ok(outcome.served.p99Ms >= 500 && outcome.served.p50Ms < 11)
  assert.ok(outcome.refusal.maxMs < 1.1)
  assert.equal(outcome.serverMicros, 10)
  assert.equal(outcome.void, null)
})

test('two generators count as one that did the work of both', () => {
  const [one, both] = [counted(0).result(0.3), addedUp([counted(0).result(0.3), counted(0).result(0.6)])]
  assert.deepEqual([both.intended, both.good, both.refused], [400, 200, 100])
  assert.deepEqual(both.statuses, { 200: 200, 429: 100 })
  assert.equal(both.processorShare, 0.6)
  assert.equal(outcomeOf(both, 'open', null).goodPerSecond, 2 * outcomeOf(one, 'open', null).goodPerSecond)
})

test('what was meant to start in the warm-up does not count', () => {
  const counting = new Counting(100, 200)
  for (const intendedMs of [0, 99, 100, 199, 200]) {
    counting.begun(intendedMs, intendedMs)
    counting.answered(intendedMs, intendedMs + 1, well)
  }
  assert.equal(counting.result(0).intended, 2)
  assert.equal(counting.result(0).answersInAll, 5)
})

test('where answers take long, being late by little of that does not matter', () => {
  const late = (lateMs: number) => {
    const counting = new Counting(0, 1_000)
    counting.begun(0, lateMs)
    counting.answered(0, 100, well)
    return outcomeOf(counting.result(0), 'open', null).void
  }
  assert.equal(late(9), null)
  assert.match(late(11) ?? '', /11\.\d ms late where answers took 100\.\d ms/)
})

test('a generator that begins late, in the open model, makes the result void; in the closed one nothing is late', () => {
  assert.match(outcomeOf(counted(60).result(0.1), 'open', null).void ?? '', /60\.\d ms late/)
  assert.equal(outcomeOf(counted(0.9).result(1), 'open', null).void, null)
  assert.equal(outcomeOf(counted(60).result(0.1), 'closed', null).void, null)
})

test('a generator that is busy all the time makes a closed result void', () => {
  assert.match(outcomeOf(counted(0).result(0.95), 'closed', null).void ?? '', /bottleneck, 95 % busy/)
})
