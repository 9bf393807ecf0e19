import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { DeadlineError } from './error.ts'
import { Lifetime } from './lifetime.ts'
import type { System } from './system.ts'

function manual(): ManualClock & System {
  return Object.assign(new ManualClock(), { fraction: () => 0.5 })
}

test('the deadline ends it with a DeadlineError', () => {
  const system = manual()
  const life = new Lifetime(system, 1_000, undefined)
  system.advance(999)
  assert.equal(life.signal.aborted, false)
  assert.equal(life.remainingMs, 1)
  system.advance(1)
  assert.ok(life.signal.reason instanceof DeadlineError)
  assert.ok(life.expired)
})

test('the caller ends it with a reason of its own', () => {
  const caller = new AbortController()
  const life = new Lifetime(manual(), 1_000, caller.signal)
  caller.abort('enough')
  assert.equal(life.signal.reason, 'enough')
  assert.equal(life.expired, false)
})

test('a caller who has given up already ends it at once', () => {
  assert.equal(new Lifetime(manual(), 1_000, AbortSignal.abort('before')).signal.reason, 'before')
})

test('once the answer has begun only the caller counts', () => {
  const system = manual()
  const caller = new AbortController()
  const life = new Lifetime(system, 1_000, caller.signal)
  life.begun()
  system.advance(10_000)
  assert.equal(life.signal.aborted, false)
  caller.abort()
  assert.equal(life.signal.aborted, true)
})

test('released, it leaves neither a timer nor a listener behind', () => {
  const system = manual()
  const caller = new AbortController()
  const lives = Array.from({ length: 100 }, () => new Lifetime(system, 1_000, caller.signal))
  assert.equal(getEventListeners(caller.signal, 'abort').length, 100)
  for (const life of lives) life.release()
  assert.equal(getEventListeners(caller.signal, 'abort').length, 0)
  assert.equal(system.pending, 0)
})

test('a timeout beyond what a timer takes does not fire at once', () => {
  const system = manual()
  const life = new Lifetime(system, Number.POSITIVE_INFINITY, undefined)
  system.advance(2 ** 31 - 2)
  assert.equal(life.signal.aborted, false)
})

test('a timeout that is not a positive number is refused', () => {
  for (const timeoutMs of [0, -1, Number.NaN]) {
    assert.throws(
      () => new Lifetime(manual(), timeoutMs, undefined),
      /timeoutMs is .*must be a positive number/,
    )
  }
})
