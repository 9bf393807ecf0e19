/** The wall clock of a machine jumps: tokens go by it at once, in both directions, and quotas do not notice. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '@ron/kernel/contract/refusals'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { createAuth } from './auth.ts'
import { nodeHmac } from './hmac.ts'
import { noon, requestWith, roots, tokenWith } from './request.fixture.ts'
import { Revocations } from './revocations.ts'
import { Accounts } from './tenants/accounts.ts'

const hourMs = 3_600_000
const yearMs = 365 * 24 * hourMs

function authAt(clock: ManualClock) {
  const revocations = new Revocations(clock, 4)
  const caches = { cacheBytesMax: 1 << 20, cacheTtlMs: 30_000 }
  const auth = createAuth({ hmac: nodeHmac, roots, revocations, clock, audience: 'node-1', ...caches })
  return { auth, revocations }
}

test('a token that was taken a moment ago is over when the clock jumps past its end, and good when it jumps back', () => {
  const clock = new ManualClock(noon)
  const { auth } = authAt(clock)
  const token = tokenWith(`expires = ${new Date(noon + hourMs).toISOString()}`)
  const code = () => {
    const answer = auth.recognise(requestWith({ token }))
    return answer instanceof Refusal ? answer.code : null
  }
  assert.equal(code(), null)
  clock.jump(2 * hourMs)
  assert.equal(code(), 'CapabilityExpired')
  clock.jump(-2 * hourMs)
  assert.equal(code(), null)
  clock.jump(-yearMs)
  assert.equal(code(), null, 'it says when it ends, not when it begins')
})

test('what was revoked for good stays revoked wherever the clock jumps', () => {
  const clock = new ManualClock(noon)
  const { revocations } = authAt(clock)
  revocations.add({ by: 'identifier', identifier: 'v1:main:a' }, Number.POSITIVE_INFINITY)
  for (const ms of [yearMs, -3 * yearMs]) {
    clock.jump(ms)
    assert.equal(revocations.list().length, 1)
    assert.ok(revocations.find({ identifier: 'v1:main:a', lineage: [], tenant: null }))
  }
})

test('quotas go by a clock that only goes on: a jump gives nobody more, and locks nobody out', () => {
  const clock = new ManualClock(noon)
  const everybody = {
    requestsPerSecond: 2,
    bytesPerSecond: 100,
    cpuPercent: 0,
    inFlight: 0,
    connections: 0,
    weight: 1,
  }
  const accounts = new Accounts({ clock, everybody, named: new Map(), tenantsMax: 4, tarpitMs: 0 })
  const account = accounts.of('a'.repeat(32))
  const rule = () => account.enter(clock.monotonic())?.refusal.more.explain?.rule ?? null
  assert.deepEqual([rule(), rule(), rule()], [null, null, 'tenant-requests'])
  clock.jump(yearMs)
  assert.equal(rule(), 'tenant-requests', 'a jump ahead earns nothing')
  clock.jump(-2 * yearMs)
  clock.advance(500)
  assert.equal(rule(), null, 'a jump back costs nothing')
})
