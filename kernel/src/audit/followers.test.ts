import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import { Refusal } from '../contract/refusals.ts'
import type { Fields } from '../ports/port.ts'
import { ManualClock } from '../system/manual-clock.ts'
import { followBounds, Followers } from './followers.ts'

const { batchMax, batchEveryMs, lagMax, followersMax } = followBounds

/** A log of so many records, and one who follows it and takes every item at once. */
function followed(size = 0) {
  const clock = new ManualClock()
  const log = { size, away: false, reads: 0 }
  const record = (seq: number) => JSON.stringify({ seq, kind: 'denial' })
  const followers = new Followers({
    clock,
    async read(from, limit) {
      log.reads++
      if (log.away) throw new Refusal('Unavailable', 'the service is restarting')
      const first = Math.min(from ?? Math.max(0, log.size - limit), log.size)
      const count = Math.min(limit, log.size - first)
      return { first, size: log.size, records: Array.from({ length: count }, (_, at) => record(first + at)) }
    },
  })
  const got: Fields[] = []
  const abort = new AbortController()
  let may = true
  const begin = (from: number | null, limit: number) =>
    followers.follow(
      { from, limit },
      async (item) => void got.push(item),
      abort.signal,
      () => {
        if (!may) throw new Refusal('CapabilityInvalid', 'it was revoked')
      },
    )
  const add = async (count: number) => {
    log.size += count
    followers.recorded()
    await turn()
  }
  const after = async (ms: number) => {
    clock.advance(ms)
    await turn()
  }
  const numbers = () => got.flatMap(({ kind, seq }) => (kind === 'audit' ? [seq] : []))
  const revoke = () => (may = false)
  return { clock, log, got, begin, add, after, numbers, revoke, leave: () => abort.abort() }
}

test('the last records come first, then each that is recorded, without a look in between', async () => {
  const { begin, add, after, numbers, got, log, leave } = followed(10)
  const run = begin(null, 3)
  await turn()
  assert.deepEqual(numbers(), [7, 8, 9])
  assert.deepEqual(got[3], { kind: 'now', at: new Date(0).toISOString(), next: 10 })
  await add(2)
  assert.deepEqual(numbers(), [7, 8, 9, 10, 11])
  // While it pauses between two batches more is recorded, and nothing of it is passed over.
  await add(1)
  await after(batchEveryMs)
  assert.deepEqual(numbers().slice(-1), [12])
  await after(batchEveryMs)
  const { reads } = log
  await turn()
  assert.equal(log.reads, reads, 'nobody asks when nothing was recorded')
  leave()
  await run
})

test('who comes back goes on where it was, and a shorter log is shown from its beginning', async () => {
  const again = followed(10)
  void again.begin(8, 0)
  await turn()
  assert.deepEqual(again.numbers(), [8, 9])
  const other = followed(2)
  void other.begin(8, 0)
  await turn()
  assert.deepEqual(other.numbers(), [0, 1])
  for (const one of [again, other]) one.leave()
})

test('one that falls too far behind is taken forward and told how many it was not shown', async () => {
  const { begin, add, after, numbers, got, leave } = followed(0)
  void begin(null, 0)
  await turn()
  await add(lagMax + 1)
  assert.deepEqual(got.at(-1), { kind: 'missed', count: lagMax + 1 - batchMax })
  await after(batchEveryMs)
  const rest = Array.from({ length: batchMax }, (_, at) => lagMax + 1 - batchMax + at)
  assert.deepEqual(numbers(), rest)
  leave()
})

test('as many as may be behind are shown, a batch at a time', async () => {
  const { begin, add, after, numbers, got, leave } = followed(0)
  void begin(null, 0)
  await turn()
  await add(lagMax)
  assert.equal(numbers().length, batchMax)
  for (let batches = 1; batches < lagMax / batchMax; batches++) await after(batchEveryMs)
  assert.equal(numbers().length, lagMax)
  assert.ok(!got.some(({ kind }) => kind === 'missed'))
  leave()
})

test('a log that is away for a moment is read again, and a capability that is no longer good ends it', async () => {
  const { begin, add, after, numbers, log, revoke } = followed(1)
  const run = begin(null, 0)
  await turn()
  log.away = true
  await add(2)
  assert.deepEqual(numbers(), [])
  log.away = false
  await after(1_000)
  assert.deepEqual(numbers(), [1, 2])
  revoke()
  const refused = assert.rejects(run, /it was revoked/)
  await after(batchEveryMs)
  await refused
})

test('so many may follow, and the next is refused until one leaves', async () => {
  const { begin, leave } = followed(1)
  const all = Array.from({ length: followersMax }, () => begin(null, 0))
  await turn()
  await assert.rejects(begin(null, 0), (thrown) => thrown instanceof Refusal && thrown.code === 'Busy')
  leave()
  await Promise.all(all)
  await begin(null, 0)
})
