import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { felt, ladderShape as shape, rungs, shed, shedBy, wholeLadder, type Ladder } from './ladder.ts'

const high = { waiting: 0.9, lag: 0 }
const late = { waiting: 0, lag: 0.9 }
const middle = { waiting: 0.3, lag: 0 }
const low = { waiting: 0, lag: 0 }

/** The ladder after one pressure every tenth of a second, for so long. */
function after(ladder: Ladder, pressure: typeof high, fromMs: number, forMs: number): Ladder {
  let now = ladder
  for (let atMs = fromMs; atMs <= fromMs + forMs; atMs += 100) now = felt(now, pressure, atMs, shape)
  return now
}

test('pressure that lasts sheds media, then search, then feeds, then the graph, and nothing else', () => {
  const sheds = [1_900, 2_000, 4_000, 6_000, 8_000, 60_000].map((forMs) =>
    shed(after(wholeLadder, high, 0, forMs)),
  )
  assert.deepEqual(sheds, [
    [],
    ['media'],
    ['media', 'search'],
    ['media', 'search', 'feed'],
    ['media', 'search', 'feed', 'graph'],
    ['media', 'search', 'feed', 'graph'],
  ])
})

test('a kernel that is late is pressure, too', () => {
  assert.deepEqual(shed(after(wholeLadder, late, 0, 2_000)), ['media'])
})

test('a moment of pressure sheds nothing', () => {
  const moment = after(wholeLadder, high, 0, 1_900)
  assert.deepEqual(shed(felt(felt(moment, middle, 1_950, shape), high, 2_000, shape)), [])
})

test('what was shed comes back one by one, last first, after five seconds each', () => {
  const pressed = after(wholeLadder, high, 0, 4_000)
  const sheds = [4_900, 5_000, 9_900, 10_000].map((forMs) => shed(after(pressed, low, 10_000, forMs)))
  assert.deepEqual(sheds, [['media', 'search'], ['media'], ['media'], []])
})

test('pressure in between changes nothing', () => {
  const pressed = after(wholeLadder, high, 0, 4_000)
  assert.deepEqual(shed(after(pressed, middle, 10_000, 60_000)), ['media', 'search'])
})

test('a verb is refused by its rung, and those of objects, queues, policy and audit by none', () => {
  const worst: Ladder = { level: rungs.length, since: null }
  assert.deepEqual(
    ['media.read', 'search.write', 'feed.read', 'graph.write'].map((verb) => shedBy(worst, verb)),
    ['media', 'search', 'feed', 'graph'],
  )
  for (const verb of [
    'objects.read',
    'mailbox.send',
    'policy.read',
    'overlay.admin',
    'audit.read',
    'graphics.read',
    'media',
  ])
    assert.equal(shedBy(worst, verb), null, verb)
  assert.equal(shedBy({ level: 1, since: null }, 'search.read'), null)
  assert.equal(shedBy(wholeLadder, 'media.read'), null)
})

test('whatever the pressure, the level moves by one rung at a time and stays on the ladder', () => {
  const pressure = fc.record({
    waiting: fc.double({ min: 0, max: 2, noNaN: true }),
    lag: fc.double({ min: 0, max: 2, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.array(fc.tuple(pressure, fc.nat(3_000))), (history) => {
      let ladder = wholeLadder
      let nowMs = 0
      for (const [next, stepMs] of history) {
        const before = ladder.level
        nowMs += stepMs
        ladder = felt(ladder, next, nowMs, shape)
        assert.ok(Math.abs(ladder.level - before) <= 1)
        assert.ok(ladder.level >= 0 && ladder.level <= rungs.length)
      }
    }),
  )
})
