import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { createQuota, type QuotaParts } from './quota.ts'
import { Account, Overdrawn } from './tenants/account.ts'
import { Accounts } from './tenants/accounts.ts'
import { unlimited } from './tenants/unlimited.fixture.ts'
import { tenantA, tenantB } from './request.fixture.ts'

const caller = (subject: string, tenant = tenantA) => ({ subject, tenant, traceId: '1'.repeat(32) })

function quotaWith(change: Partial<QuotaParts> = {}) {
  const clock = new ManualClock(0)
  const accounts = new Accounts({
    clock,
    everybody: unlimited,
    named: new Map(),
    tenantsMax: 16,
    tarpitMs: 0,
  })
  const quota = createQuota({ clock, rate: { perSecond: 1, burst: 2 }, subjectsMax: 4, accounts, ...change })
  const passes = (subject: string, tenant?: string) => quota.enter(caller(subject, tenant)) instanceof Account
  return { quota, clock, passes }
}

test('a subject past its quota is refused and told how long to wait', () => {
  const { quota, clock, passes } = quotaWith()
  assert.ok(passes('alice'))
  assert.ok(passes('alice'))
  const overdrawn = quota.enter(caller('alice'))
  assert.ok(overdrawn instanceof Overdrawn)
  const { refusal } = overdrawn
  assert.equal(refusal.code, 'QuotaExceeded')
  assert.equal(refusal.more.retryAfterMs, 1_000)
  assert.deepEqual(refusal.more.explain, { wall: 'quota', rule: 'requests-per-second', fix: 'wait 1000 ms' })
  assert.deepEqual(refusal.more.headers, {
    'ratelimit-policy': '"capability";q=2;w=2',
    ratelimit: '"capability";r=0;t=1',
  })
  clock.advance(1_000)
  assert.ok(passes('alice'))
  assert.ok(!passes('alice'))
})

test('subjects and tenants do not spend from each other', () => {
  const { passes } = quotaWith()
  assert.deepEqual([passes('alice'), passes('alice'), passes('alice')], [true, true, false])
  assert.ok(passes('bob'))
  assert.ok(passes('alice', tenantB))
})

test('a full table drops the subject unused for longest, and only that one', () => {
  const { passes } = quotaWith()
  for (const subject of ['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd']) assert.ok(passes(subject))
  assert.ok(!passes('a'), 'a is at its limit, and now the latest used')
  assert.ok(passes('e'), 'e takes the place of b')
  assert.ok(!passes('c'))
  assert.ok(!passes('d'))
  assert.ok(!passes('a'))
  assert.ok(passes('b'), 'b was forgotten')
})

test('subjects that owe nothing make room before any that does', () => {
  const { clock, passes } = quotaWith()
  assert.ok(passes('idle'))
  clock.advance(1_000)
  for (const subject of ['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd']) assert.ok(passes(subject))
  for (const subject of ['a', 'b', 'c', 'd']) assert.ok(!passes(subject))
})

test('a flood of subjects leaves no more of them remembered than the table has places', () => {
  const { passes } = quotaWith({ subjectsMax: 16 })
  for (let at = 0; at < 1_000; at++) assert.deepEqual([passes(`s${at}`), passes(`s${at}`)], [true, true])
  for (let at = 984; at < 1_000; at++) assert.ok(!passes(`s${at}`), `s${at} is remembered`)
  for (let at = 0; at < 16; at++) assert.ok(passes(`s${at}`), `s${at} is forgotten`)
})

test('a quota nobody could ever pass is refused at the start', () => {
  for (const rate of [
    { perSecond: 0, burst: 1 },
    { perSecond: Number.NaN, burst: 1 },
    { perSecond: 1, burst: 0.5 },
  ]) {
    assert.throws(() => quotaWith({ rate }), RangeError)
  }
  assert.throws(() => quotaWith({ subjectsMax: 0 }), /table of 0 places/)
})
