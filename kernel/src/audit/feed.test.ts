import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import type { Act } from '../contract/acts.ts'
import { Refusal } from '../contract/refusals.ts'
import { ManualClock } from '../system/manual-clock.ts'
import { byKernel, noAudit } from './audit.ts'
import { AuditFeed, bounds } from './feed.ts'
import type { Batch } from './outbox.ts'

const crash = (target: string): Act => ({ ...byKernel, kind: 'service.crash', outcome: 'failed', target })
const kill = { ...byKernel, subject: 'v1:boot:x', verb: 'admin.chaos', target: 'storage throw' }
const denial = (target: string): Act => ({
  ...kill,
  kind: 'denial',
  outcome: 'refused',
  code: 'PolicyDenied',
  target,
})

/** A log that takes what `answer` lets it, with all that it took. */
function fed(answer: (batch: Batch) => Promise<void> | void = () => {}) {
  const clock = new ManualClock()
  const taken: string[] = []
  const counts: number[] = []
  const lines: string[] = []
  const meter = { recorded: 0, lost: 0 }
  const note = (message: string, fields = {}) => void lines.push(`${message} ${JSON.stringify(fields)}`)
  const sink = { answer }
  const feed = new AuditFeed({
    clock,
    log: { debug: note, info: note, warn: note, error: note },
    meter: { recorded: () => void meter.recorded++, lost: (count) => void (meter.lost += count) },
    async send(batch) {
      await sink.answer(batch)
      taken.push(...batch.acts.map(({ act }) => `${act.kind} ${act.target}`))
      counts.push(...batch.acts.map(({ count }) => count))
    },
  })
  /** Lets time pass in small steps, with turns for what it starts. */
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 10) {
      clock.advance(Math.min(10, left))
      await turn()
    }
    await turn()
  }
  return { feed, clock, taken, counts, lines, meter, sink, pass }
}

const full = () => {
  throw new Refusal('Full', 'the journal is full; raise audit.journal_bytes_max')
}
const away = () => {
  throw new Refusal('Unavailable', 'audit is being restarted')
}
const refusedWith = (code: string, rule: string) => (thrown: unknown) =>
  thrown instanceof Refusal && thrown.code === code && thrown.more.explain?.rule === rule

test('what is noted is recorded together within a tenth of a second, and nobody waits', async () => {
  const { feed, taken, pass, meter } = fed()
  feed.note(crash('a'))
  feed.note(crash('b'))
  assert.deepEqual(taken, [])
  await pass(100)
  assert.deepEqual(taken, ['service.crash a', 'service.crash b'])
  assert.equal(meter.recorded, 2)
})

test('a privileged act happens after its beginning is recorded, and its end follows', async () => {
  const { feed, taken, pass } = fed()
  const result = await feed.around(kill, () => {
    assert.deepEqual(taken, ['act.begin storage throw'])
    return 'falling'
  })
  assert.equal(result, 'falling')
  await pass(100)
  assert.deepEqual(taken, ['act.begin storage throw', 'act.end storage throw'])
})

test('how a privileged act failed is on record, and is thrown as it was', async () => {
  const seen: (string | undefined)[] = []
  const { feed, pass } = fed(
    ({ acts }) => void seen.push(...acts.map(({ act }) => `${act.outcome} ${act.code}`)),
  )
  await assert.rejects(
    feed.around(kill, () => Promise.reject(new Refusal('Conflict', 'no'))),
    (thrown) => thrown instanceof Refusal && thrown.code === 'Conflict',
  )
  await assert.rejects(
    feed.around(kill, () => {
      throw new TypeError('bug')
    }),
    TypeError,
  )
  await pass(100)
  assert.deepEqual(seen, ['begun undefined', 'refused Conflict', 'begun undefined', 'failed Fault'])
})

test('a log that is away for a moment delays privileged acts and loses nothing', async () => {
  const { feed, taken, sink, pass } = fed(away)
  feed.note(crash('audit'))
  let done = false
  const acting = feed.around(kill, () => {
    done = true
  })
  await pass(500)
  assert.equal(done, false)
  sink.answer = () => {}
  await pass(200)
  await acting
  await pass(100)
  assert.deepEqual(taken, ['service.crash audit', 'act.begin storage throw', 'act.end storage throw'])
})

test('a log that is stuck has privileged acts refused, which do not happen, and goes on by itself', async () => {
  const { feed, taken, sink, pass } = fed(() => new Promise<void>(() => {}))
  const never = () => assert.fail('it happened')
  const first = assert.rejects(feed.around(kill, never), refusedWith('Unavailable', 'audit.stuck'))
  await pass(1_100)
  await first
  await pass(1_000)
  await assert.rejects(feed.around(kill, never), refusedWith('Unavailable', 'audit.stuck'))
  assert.deepEqual(taken, [])
  sink.answer = () => {}
})

test('a full log has privileged acts refused with 507, and takes them again when it has room', async () => {
  const { feed, taken, sink, lines, pass } = fed(full)
  feed.note(crash('a'))
  await pass(100)
  const never = () => assert.fail('it happened')
  await assert.rejects(feed.around(kill, never), refusedWith('Full', 'audit.full'))
  await pass(5_000)
  assert.equal(lines.filter((line) => line.startsWith('the audit log is full')).length, 1)
  sink.answer = () => {}
  await pass(1_100)
  assert.equal(await feed.around(kill, () => 'done'), 'done')
  assert.deepEqual(taken.slice(0, 2), ['service.crash a', 'denial storage throw'])
})

test('the act that finds the log full is refused at once, and does not happen', async () => {
  const { feed } = fed(full)
  await assert.rejects(
    feed.around(kill, () => assert.fail('it happened')),
    refusedWith('Full', 'audit.full'),
  )
})

test('what does not fit is lost, counted, logged once, and told by a record when the log takes any again', async () => {
  const { feed, sink, taken, counts, lines, meter, pass } = fed(away)
  const over = 7
  for (let at = 0; at < bounds.capacity + over; at++) feed.note(crash(String(at)))
  assert.deepEqual([feed.waiting, feed.lost, meter.lost], [bounds.capacity, over, over])
  await assert.rejects(
    feed.around(kill, () => assert.fail('it happened')),
    refusedWith('Unavailable', 'audit.queue'),
  )
  assert.equal(lines.filter((line) => /go unrecorded/.test(line)).length, 1)
  sink.answer = () => {}
  await pass(1_000)
  const gap = taken.indexOf('audit.gap audit')
  // The refusal above is a denial for which there was no room either.
  assert.equal(counts[gap], over + 1)
  assert.deepEqual([taken.length, feed.lost, feed.waiting], [bounds.capacity + 1, 0, 0])
})

test('denials that the log has no room for are given up, counted, and told once a minute at most', async () => {
  const { feed, taken, counts, meter, pass } = fed((batch) => (batch.denials ? full() : undefined))
  feed.note(denial('a'))
  await pass(200)
  for (let at = 0; at < 20; at++) {
    feed.note(denial(String(at)))
    await pass(100)
  }
  assert.equal(await feed.around(kill, () => 'done'), 'done')
  await pass(100)
  const gaps = taken.filter((line) => line === 'audit.gap audit')
  assert.deepEqual([gaps.length, counts[0], meter.lost, feed.lost], [1, 1, 21, 20])
  await pass(60_000)
  feed.note(crash('later'))
  await pass(200)
  assert.equal(taken.filter((line) => line === 'audit.gap audit').length, 2)
  assert.equal(feed.lost, 0)
})

test('a node that ends waits for its records, but not for ever', async () => {
  const well = fed()
  well.feed.note(crash('last'))
  const flushed = well.feed.flush(1_000)
  await well.pass(100)
  await flushed
  assert.deepEqual(well.taken, ['service.crash last'])
  const broken = fed(away)
  broken.feed.note(crash('last'))
  const given = broken.feed.flush(1_000)
  await broken.pass(1_200)
  await given
  assert.deepEqual(broken.taken, [])
})

test('a node without an audit log does what it is asked', async () => {
  noAudit.note(crash('a'))
  assert.equal(await noAudit.around(kill, () => 7), 7)
})
