import assert from 'node:assert/strict'
import { test } from 'node:test'
import { named, namesOf } from '../testing/named.ts'
import { Acked } from './acked.ts'

test('the last ids are remembered for their tenant and the oldest is forgotten', () => {
  const acked = new Acked(2)
  for (const id of ['a', 'b', 'c']) acked.remember('t', named(id), 0)
  assert.deepEqual(
    ['a', 'b', 'c'].map((id) => acked.has('t', named(id), 0)),
    [false, true, true],
  )
  assert.equal(acked.has('other', named('c'), 0), false)
})

test('they are told oldest first, those of one tenant together', () => {
  const acked = new Acked(4)
  for (const both of ['ta', 'tb', 'tc', 'ud', 'te']) acked.remember(both.charAt(0), named(both.charAt(1)), 0)
  const runs = [...acked.runs(9)].map(({ tenant, ids }) => [tenant, ...namesOf(ids)])
  assert.deepEqual(runs, [
    ['t', 'b', 'c'],
    ['u', 'd'],
    ['t', 'e'],
  ])
})
