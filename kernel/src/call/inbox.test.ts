import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { until } from '../system/until.ts'
import { Inbox } from './inbox.ts'

/** A job that lasts until it is finished from outside. */
function job(name: string, ran: string[]) {
  let finish = () => {}
  const end = new Promise<void>((resolve) => {
    finish = resolve
  })
  const run = () => {
    ran.push(name)
    return end
  }
  return { run, finish }
}

test('as many jobs run as the concurrency allows, and the next waits', () => {
  const ran: string[] = []
  const inbox = new Inbox({ capacity: 4, concurrency: 2 })
  for (const name of ['a', 'b', 'c']) assert.equal(inbox.offer(job(name, ran).run), true)
  assert.deepEqual(ran, ['a', 'b'])
  assert.deepEqual([inbox.running, inbox.depth], [2, 1])
})

test('a full inbox refuses the next job, and it never runs', async () => {
  const ran: string[] = []
  const inbox = new Inbox({ capacity: 1, concurrency: 1 })
  const first = job('a', ran)
  const second = job('b', ran)
  assert.equal(inbox.offer(first.run), true)
  assert.equal(inbox.offer(second.run), true)
  assert.equal(inbox.offer(job('c', ran).run), false)
  first.finish()
  second.finish()
  await until(() => inbox.running === 0)
  assert.deepEqual(ran, ['a', 'b'])
})

test('waiting jobs run in the order they came as turns are freed', async () => {
  const ran: string[] = []
  const inbox = new Inbox({ capacity: 8, concurrency: 1 })
  const jobs = ['a', 'b', 'c', 'd'].map((name) => job(name, ran))
  for (const { run } of jobs) inbox.offer(run)
  for (const { finish } of jobs) finish()
  await until(() => inbox.running === 0)
  assert.deepEqual(ran, ['a', 'b', 'c', 'd'])
})

test('a job withdrawn while it waits frees its place at once and never runs', async () => {
  const ran: string[] = []
  const inbox = new Inbox({ capacity: 1, concurrency: 1 })
  const first = job('a', ran)
  const second = job('b', ran)
  const third = job('c', ran)
  inbox.offer(first.run)
  inbox.offer(second.run)
  assert.equal(inbox.withdraw(second.run), true)
  assert.equal(inbox.offer(third.run), true)
  first.finish()
  third.finish()
  await until(() => inbox.running === 0)
  assert.deepEqual(ran, ['a', 'c'])
})

test('a job that runs cannot be withdrawn', () => {
  const inbox = new Inbox({ capacity: 1, concurrency: 1 })
  const running = job('a', [])
  inbox.offer(running.run)
  assert.equal(inbox.withdraw(running.run), false)
  assert.equal(inbox.running, 1)
})

test('held jobs take no turn from the others, and are bounded by the capacity', async () => {
  const inbox = new Inbox({ capacity: 2, concurrency: 1 })
  const held = [job('a', []), job('b', [])]
  for (const { run } of held) assert.equal(inbox.hold(run), true)
  assert.equal(inbox.hold(job('c', []).run), false)
  assert.equal(inbox.offer(job('d', []).run), true)
  held[0]?.finish()
  await until(() => inbox.hold(job('e', []).run))
})

test('held jobs have a bound of their own where the inbox says so', () => {
  const inbox = new Inbox({ capacity: 1, concurrency: 1, subscriptions: 3 })
  for (const name of ['a', 'b', 'c']) assert.equal(inbox.hold(job(name, []).run), true)
  assert.equal(inbox.hold(job('d', []).run), false)
})

test('an inbox that could never run anything is not made', () => {
  assert.throws(() => new Inbox({ capacity: 1, concurrency: 0 }), /concurrency of at least 1/)
  assert.throws(() => new Inbox({ capacity: 1, concurrency: Number.NaN }), /concurrency of at least 1/)
})

test('whatever is offered, finished and withdrawn, the bounds hold and all that was taken runs in order', async () => {
  const step = fc.oneof(fc.constant('offer'), fc.constant('finish'), fc.constant('withdraw'))
  const bounds = fc.record({ capacity: fc.nat(4), concurrency: fc.integer({ min: 1, max: 3 }) })
  await fc.assert(
    fc.asyncProperty(bounds, fc.array(step, { maxLength: 60 }), async (shape, steps) => {
      const inbox = new Inbox(shape)
      const ran: string[] = []
      const expected: { name: string; run: () => Promise<void>; finish: () => void }[] = []
      for (const [at, kind] of steps.entries()) {
        if (kind === 'offer') {
          const next = { name: String(at), ...job(String(at), ran) }
          const room = inbox.running < shape.concurrency || inbox.depth < shape.capacity
          assert.equal(inbox.offer(next.run), room)
          if (room) expected.push(next)
        }
        if (kind === 'finish') expected[Math.min(at, ran.length) - 1]?.finish()
        if (kind === 'withdraw') {
          const last = expected.at(-1)
          if (last !== undefined && inbox.withdraw(last.run)) expected.pop()
        }
        await Promise.resolve()
        assert.ok(inbox.running <= shape.concurrency && inbox.depth <= shape.capacity)
      }
      for (const { finish } of expected) finish()
      await until(() => inbox.running === 0)
      assert.equal(inbox.depth, 0)
      assert.deepEqual(
        ran,
        expected.map(({ name }) => name),
      )
    }),
    { numRuns: 200 },
  )
})
