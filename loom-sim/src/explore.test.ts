import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explore, noDeadlock, settles } from './explore.ts'
import type { Model } from './model.ts'
import { racing, type Race } from './racing.fixture.ts'

interface Count {
  readonly n: number
}

/** Counts from 0 by 1 or 2 up to `end`. */
const counting = (end: number, more: Partial<Model<Count, number>> = {}): Model<Count, number> => ({
  initial: { n: 0 },
  events: ({ n }) => [1, 2].filter((by) => n + by <= end),
  step: ({ n }, by) => ({ n: n + by }),
  laws: {},
  settled: ({ n }) => n === end,
  ...more,
})
const bounds = { statesMax: 100_000, reduce: true }
const every = { ...bounds, reduce: false }

test('every reachable state is visited once, and every step counted', () => {
  assert.deepEqual(explore(counting(4), bounds), {
    states: 5,
    transitions: 7,
    spared: 0,
    depth: 2,
    complete: true,
    violation: null,
  })
})

test('a broken law comes with a shortest schedule to it', () => {
  const laws = { 'never four': ({ n }: Count) => n !== 4 }
  assert.deepEqual(explore(counting(9, { laws }), bounds).violation, {
    because: 'never four',
    schedule: [2, 2],
  })
})

test('a state where nothing can happen, though it is not settled, is a violation', () => {
  const events = ({ n }: Count) => (n === 1 || n > 2 ? [] : [1, 2])
  assert.deepEqual(explore(counting(4, { events }), bounds).violation, {
    because: noDeadlock,
    schedule: [1],
  })
})

test('a state from which nothing settles is found, though events go on for ever', () => {
  const step = ({ n }: Count, by: number) => ({ n: n === 1 ? 1 : n + by })
  assert.deepEqual(explore(counting(4, { step }), bounds).violation, { because: settles, schedule: [1] })
})

test('more states than allowed is no verdict', () => {
  const { complete, violation } = explore(counting(1_000), { ...bounds, statesMax: 50 })
  assert.deepEqual([complete, violation], [false, null])
})

test('of n actors that never meet, each state costs two steps at most rather than n', () => {
  const actors = 10
  const model: Model<{ readonly done: readonly boolean[] }, number> = {
    initial: { done: Array.from({ length: actors }, () => false) },
    events: ({ done }) => [...done.keys()].filter((at) => done[at] === false),
    step: ({ done }, at) => ({ done: done.with(at, true) }),
    laws: {},
    settled: ({ done }) => done.every(Boolean),
    independent: () => true,
  }
  const [reduced, plain] = [explore(model, bounds), explore(model, every)]
  assert.equal(reduced.states, 2 ** actors)
  assert.equal(plain.transitions, actors * 2 ** (actors - 1))
  // One step to reach it, and one more to see that it can settle.
  assert.ok(reduced.transitions < 2 * reduced.states, String(reduced.transitions))
  assert.equal(reduced.spared, plain.transitions - reduced.transitions)
})

for (const actors of [2, 3, 4]) {
  test(`in 300 random worlds of ${actors} actors, reduction changes no verdict, misses no state and takes no more steps`, () => {
    let spared = 0
    for (let seed = 1; seed <= 300; seed++) {
      const model = racing(seed, actors)
      const [reduced, plain] = [explore(model, bounds), explore(model, every)]
      assert.deepEqual(verdict(reduced), verdict(plain), `seed ${seed}`)
      if (plain.violation === null) {
        assert.equal(reduced.states, plain.states, `seed ${seed}`)
        assert.equal(reduced.transitions + reduced.spared, plain.transitions, `seed ${seed}`)
      }
      spared += reduced.spared
    }
    assert.ok(spared > 0, 'the worlds have nothing in them that commutes')
  })
}

/** What was found and how far away; another order of the same length is as good. */
function verdict({ violation, complete }: ReturnType<typeof explore<Race, string>>): unknown {
  return { complete, because: violation?.because, length: violation?.schedule.length }
}
