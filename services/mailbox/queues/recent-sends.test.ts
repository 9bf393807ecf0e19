import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Budget } from '../bounds/budget.ts'
import { RecentSends } from './recent-sends.ts'

function rig() {
  const budget = new Budget('dedupeMax', 10)
  return { budget, recent: new RecentSends(budget) }
}

test('a send is recognised within its window and new after it', () => {
  const { recent } = rig()
  recent.remember({ key: 'k', id: 'first', untilMs: 300 })
  assert.equal(recent.find('k', 299), 'first')
  assert.equal(recent.find('k', 300), undefined)
  assert.equal(recent.find('other', 0), undefined)
})

test('entries past their window are counted from the oldest on, and forgotten on demand', () => {
  const { recent, budget } = rig()
  for (const [at, key] of ['a', 'b', 'c'].entries()) recent.remember({ key, id: key, untilMs: 100 * at })
  assert.deepEqual([recent.lapsed(100, 9), recent.lapsed(100, 1), recent.dueAtMs], [2, 1, 0])
  recent.forget(2)
  assert.deepEqual([recent.lapsed(100, 9), recent.dueAtMs, budget.used], [0, 200, 1])
  assert.deepEqual(
    [...recent.entries()].map(({ key }) => key),
    ['c'],
  )
  recent.forget(9)
  assert.deepEqual([recent.dueAtMs, budget.used], [Infinity, 0])
})

test('a key sent again after its window is recognised from then on, also when its old entry is forgotten', () => {
  const { recent } = rig()
  recent.remember({ key: 'k', id: 'first', untilMs: 100 })
  recent.remember({ key: 'k', id: 'second', untilMs: 500 })
  recent.forget(1)
  assert.equal(recent.find('k', 100), 'second')
})
