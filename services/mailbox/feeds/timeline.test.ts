import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Timeline } from './timeline.ts'
import { TimelineOracle } from './timeline.oracle.ts'

const order = fc.oneof({ weight: 3, arbitrary: fc.nat(30) }, { weight: 1, arbitrary: fc.maxSafeNat() })
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('newest' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('insert' as const), order }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), nth: fc.nat(40) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('keep' as const), every: fc.integer({ min: 1, max: 4 }) }),
  },
)

function ordersOf(timeline: Timeline): number[] {
  return Array.from({ length: timeline.size }, (_, nth) => timeline.at(nth))
}

test('a timeline is what sorting would give and forgetting the oldest, whatever comes and goes', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 120, size: 'max' }),
      fc.integer({ min: 1, max: 20 }),
      (steps, max) => {
        const timeline = new Timeline()
        const oracle = new TimelineOracle()
        for (const each of steps) {
          const newest = (oracle.orders.at(-1) ?? 0) + 1
          const chosen = 'nth' in each ? (oracle.orders[each.nth] ?? each.nth) : 0
          if (each.do === 'newest') assert.equal(timeline.insert(newest, max), oracle.insert(newest, max))
          if (each.do === 'insert') {
            assert.equal(timeline.insert(each.order, max), oracle.insert(each.order, max))
          }
          if (each.do === 'remove') assert.equal(timeline.remove(chosen), oracle.remove(chosen))
          if (each.do === 'keep') {
            const which = (kept: number) => kept % each.every !== 0
            assert.equal(timeline.keep(which), oracle.keep(which))
          }
          assert.deepEqual(ordersOf(timeline), oracle.orders)
        }
      },
    ),
    { numRuns: 500 },
  )
})

test('a timeline has room for what it holds and as much again, and gives it back', () => {
  const timeline = new Timeline()
  for (let order = 0; order < 1000; order++) {
    timeline.insert(order, 1000)
    assert.ok(timeline.room <= 2 * timeline.size + 2, `${timeline.room} for ${timeline.size}`)
  }
  assert.equal(timeline.room, 1000)
  for (let order = 0; order < 1000; order++) {
    timeline.remove(order)
    assert.ok(timeline.room <= 4 * timeline.size, `${timeline.room} for ${timeline.size}`)
  }
  assert.equal(timeline.room, 0)
})
