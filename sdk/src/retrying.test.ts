import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { until } from '@ron/kernel/system/until'
import { ConnectionError, DeadlineError, NodeError } from './error.ts'
import { Lifetime } from './lifetime.ts'
import { problemFrom } from './problem.ts'
import { retrying } from './retrying.ts'
import type { System } from './system.ts'

const shape = { attemptsMax: 4, baseMs: 100, capMs: 5_000 }
const broken = new ConnectionError('the connection closed')
const busy = (retry_after_ms: number) => new NodeError(problemFrom(429, { code: 'Busy', retry_after_ms }))

function manual(): ManualClock & System {
  return Object.assign(new ManualClock(), { fraction: () => 0.5 })
}

/** Fails with each of the failures, then succeeds. */
function failing(...failures: readonly unknown[]) {
  let tries = 0
  return {
    attempt: async () => {
      const failure = failures[tries++]
      if (failure !== undefined) throw failure
      return tries
    },
    get tries() {
      return tries
    },
  }
}

test('a try that fails is followed by another, after its wait', async () => {
  const system = manual()
  const life = new Lifetime(system, 10_000, undefined)
  const { attempt } = failing(broken, busy(2_000))
  const done = retrying(life, 'always', shape, system, attempt)
  await until(() => system.pending === 2, 'the first wait')
  system.advance(50)
  await until(() => system.pending === 2, 'the second wait')
  system.advance(2_100)
  assert.equal(await done, 3)
  assert.equal(getEventListeners(life.signal, 'abort').length, 0)
})

test('what may not be repeated is thrown as it is', async () => {
  const system = manual()
  const once = failing(broken)
  await assert.rejects(
    retrying(new Lifetime(system, 10_000, undefined), 'untouched', shape, system, once.attempt),
    broken,
  )
  assert.equal(once.tries, 1)
})

test('a wait that would outlast the deadline is not begun: the refusal says more than a timeout', async () => {
  const system = manual()
  const patient = busy(60_000)
  await assert.rejects(
    retrying(new Lifetime(system, 10_000, undefined), 'always', shape, system, failing(patient).attempt),
    patient,
  )
})

test('past the deadline it is a DeadlineError that tells what the last try failed with', async () => {
  const system = manual()
  const life = new Lifetime(system, 1_000, undefined)
  let tries = 0
  const done = retrying(life, 'always', shape, system, async (signal) => {
    tries++
    if (tries === 1) throw broken
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  })
  await until(() => system.pending === 2, 'the wait')
  system.advance(50)
  await until(() => tries === 2, 'the second try')
  system.advance(950)
  await assert.rejects(done, (error) => error instanceof DeadlineError && error.cause === broken)
})

test('the caller may give up in the middle of a wait', async () => {
  const system = manual()
  const caller = new AbortController()
  const life = new Lifetime(system, 10_000, caller.signal)
  const done = retrying(life, 'always', shape, system, failing(broken).attempt)
  await until(() => system.pending === 2, 'the wait')
  const reason = new Error('enough')
  caller.abort(reason)
  await assert.rejects(done, reason)
  life.release()
  assert.equal(system.pending, 0)
})

test('nothing is tried for a caller who has given up already', async () => {
  const system = manual()
  const one = failing()
  const life = new Lifetime(system, 10_000, AbortSignal.abort(new Error('before')))
  await assert.rejects(retrying(life, 'always', shape, system, one.attempt), /before/)
  assert.equal(one.tries, 0)
})
