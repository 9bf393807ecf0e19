import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Act } from '../contract/acts.ts'
import { byKernel } from './audit.ts'
import { closedBecause, stuckAfterMs } from './closed.ts'
import { Outbox } from './outbox.ts'

const act = (target: string): Act => ({ ...byKernel, kind: 'service.crash', outcome: 'failed', target })
const denial = (target: string, traceId = '1'.repeat(32)): Act => ({
  ...byKernel,
  traceId,
  kind: 'denial',
  outcome: 'refused',
  code: 'CapabilityScope',
  verb: 'policy.admin',
  target,
})
const targets = (outbox: Outbox) =>
  outbox.take()?.acts.map(({ act, count }) => `${act.target} ${count}`) ?? []
const small = { capacity: 4, denialsMax: 2, batchMax: 3 }

test('acts leave in the order they came, in batches with the number of acts before them', () => {
  const outbox = new Outbox(small)
  for (const target of ['a', 'b', 'c', 'd']) outbox.offer(act(target), 0, 0)
  assert.deepEqual([outbox.take()?.number, targets(outbox)], [0, ['a 1', 'b 1', 'c 1']])
  outbox.recorded()
  assert.deepEqual([outbox.take()?.number, targets(outbox)], [3, ['d 1']])
  outbox.recorded()
  assert.equal(outbox.take(), null)
})

test('a batch is the same until it is recorded, whatever comes meanwhile', () => {
  const outbox = new Outbox(small)
  outbox.offer(act('a'), 1, 2)
  const batch = outbox.take()
  outbox.offer(act('b'), 3, 4)
  assert.equal(outbox.take(), batch)
  assert.deepEqual([outbox.length, outbox.oldestSinceMs], [2, 2])
  outbox.recorded()
  assert.deepEqual([outbox.length, outbox.oldestSinceMs], [1, 4])
})

test('a full outbox loses the next act and counts it', () => {
  const outbox = new Outbox(small)
  for (const target of ['a', 'b', 'c', 'd']) assert.notEqual(outbox.offer(act(target), 0, 0), null)
  outbox.take()
  assert.equal(outbox.offer(act('e'), 0, 0), null)
  assert.equal(outbox.offer({ ...act('f'), count: 5 }, 0, 0), null)
  assert.deepEqual([outbox.length, outbox.lost], [4, 6])
  assert.deepEqual([outbox.tellLost(), outbox.lost], [6, 0])
})

test('the same denial again is one record with a count, as long as it waits', () => {
  const outbox = new Outbox({ capacity: 4, denialsMax: 3, batchMax: 3 })
  for (let times = 0; times < 1_000; times++) outbox.offer(denial('a', String(times).padStart(32, '0')), 0, 0)
  outbox.offer(denial('b'), 0, 0)
  assert.deepEqual(targets(outbox), ['a 1000', 'b 1'])
  outbox.offer(denial('a'), 0, 0)
  outbox.recorded()
  assert.deepEqual(targets(outbox), ['a 1'])
})

test('denials take their share and no more, and travel apart from other acts', () => {
  const outbox = new Outbox(small)
  for (const target of ['a', 'b', 'c']) outbox.offer(denial(target), 0, 0)
  assert.equal(outbox.lost, 1)
  for (const target of ['d', 'e', 'f']) outbox.offer(act(target), 0, 0)
  assert.deepEqual([outbox.take()?.denials, targets(outbox)], [true, ['a 1', 'b 1']])
  outbox.dropped()
  assert.deepEqual([outbox.lost, outbox.take()?.denials], [4, false])
  assert.deepEqual([outbox.take()?.number, targets(outbox)], [0, ['d 1', 'e 1']])
})

test('whatever happens, every act is recorded once or counted as lost', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('act' as const), target: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ kind: fc.constant('denial' as const), target: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ kind: fc.constantFrom('recorded' as const, 'dropped' as const), target: fc.constant('') }),
    ),
    { maxLength: 60 },
  )
  fc.assert(
    fc.property(steps, (steps) => {
      const outbox = new Outbox(small)
      let [offered, recorded] = [0, 0]
      for (const { kind, target } of steps) {
        if (kind === 'act' || kind === 'denial') {
          offered++
          outbox.offer(kind === 'act' ? act(target) : denial(target), 0, 0)
        } else {
          const batch = outbox.take()
          if (kind === 'recorded') recorded += batch?.acts.reduce((sum, { count }) => sum + count, 0) ?? 0
          outbox[kind]()
        }
        assert.ok(outbox.length <= small.capacity)
      }
      for (let batch = outbox.take(); batch !== null; batch = outbox.take()) {
        assert.ok(batch.acts.length >= 1 && batch.acts.length <= small.batchMax)
        recorded += batch.acts.reduce((sum, { count }) => sum + count, 0)
        outbox.recorded()
      }
      assert.equal(recorded + outbox.lost, offered)
    }),
  )
})

test('privileged acts stop when the log is full, the queue is, or nothing has been taken for a while', () => {
  const well = { waiting: 3, capacity: 4, oldestSinceMs: 1_000, full: null }
  assert.equal(closedBecause(well, 1_000 + stuckAfterMs - 1), null)
  assert.equal(closedBecause({ ...well, oldestSinceMs: null }, 1e9), null)
  const stuck = closedBecause(well, 1_000 + stuckAfterMs)
  assert.deepEqual([stuck?.code, stuck?.rule], ['Unavailable', 'audit.stuck'])
  const queue = closedBecause({ ...well, waiting: 4 }, 1_000)
  assert.deepEqual([queue?.code, queue?.rule], ['Unavailable', 'audit.queue'])
  const full = closedBecause({ ...well, full: 'no room' }, 1_000)
  assert.deepEqual([full?.code, full?.rule], ['Full', 'audit.full'])
  assert.match(full?.fix ?? '', /audit\.journal_bytes_max/)
})
