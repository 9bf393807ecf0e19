import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import fc from 'fast-check'
import { HopReport, heldMax } from './hop-report.ts'
import { HopTimes, keptMax } from './hop-times.ts'
import { begunMax, Meetings } from './meetings.ts'
import { backoffMs, pause } from './waiting.ts'

test('a wait has full jitter, doubles with each failure, and is capped', () => {
  const longest = (failures: number) => backoffMs(failures, 1, 100, 5_000)
  assert.deepEqual([1, 2, 3, 6, 7, 1_000].map(longest), [100, 200, 400, 3_200, 5_000, 5_000])
  assert.equal(backoffMs(3, 0, 100, 5_000), 0)
  assert.equal(backoffMs(3, 0.25, 100, 5_000), 100)
})

test('a pause ends at its time or with its signal, and leaves nothing behind', async () => {
  const clock = new ManualClock()
  const stop = new AbortController()
  let [first, second] = [false, false]
  const waits = [
    pause(clock, 100, stop.signal).then(() => (first = true)),
    pause(clock, 200, stop.signal).then(() => (second = true)),
  ]
  clock.advance(100)
  await waits[0]
  assert.deepEqual([first, second], [true, false])
  stop.abort()
  await waits[1]
  await pause(clock, 1_000, stop.signal)
  assert.equal(second, true)
})

test('a nonce serves once, in time, and the oldest meeting makes room for the newest', () => {
  const meetings = new Meetings()
  const begin = (nonce: number) =>
    meetings.begin(`${nonce}`, { node: 'n', key: new Uint8Array(32), dialNonce: `d${nonce}`, atMs: nonce })
  for (let nonce = 0; nonce <= begunMax; nonce++) begin(nonce)
  assert.equal(meetings.end('0', 100), null)
  assert.equal(meetings.end('1', 100)?.dialNonce, 'd1')
  assert.equal(meetings.end('1', 100), null)
  assert.equal(meetings.end('2', 10_003), null)
  for (let node = 0; node < 100; node++) meetings.met(`${node}`, node)
  meetings.met('20', 200)
  const met = meetings.list()
  assert.deepEqual(
    [met.length, met[0], met.at(-1)],
    [80, { node: '21', at_ms: 21 }, { node: '20', at_ms: 200 }],
  )
})

test('quantiles are those of the last times, as sorting them says', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(1e6), { minLength: 1, maxLength: 1_500 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (times, share) => {
        const hops = new HopTimes()
        for (const micros of times) hops.add(micros)
        const kept = times.slice(-keptMax).toSorted((a, b) => a - b)
        assert.equal(hops.quantile(share), kept[Math.ceil(kept.length * share) - 1])
        assert.equal(hops.count, times.length)
      },
    ),
    { numRuns: 40 },
  )
  assert.equal(new HopTimes().quantile(0.99), 0)
})

test('times are told together, so many and no more', () => {
  const clock = new ManualClock()
  const told: [string, number][] = []
  const report = new HopReport(clock, (peer, micros) => told.push([peer, micros.length]) > 0)
  for (let nth = 0; nth < heldMax + 10; nth++) report.add('a', nth)
  report.add('b', 1)
  assert.deepEqual(told, [])
  clock.advance(250)
  assert.deepEqual(told, [
    ['a', heldMax],
    ['b', 1],
  ])
  report.add('b', 1)
  report.stop()
  clock.advance(1_000)
  assert.equal(told.length, 2)
})
