import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Budget } from '../bounds/budget.ts'
import { named, namesOf } from '../testing/named.ts'
import { RecentSends } from './recent-sends.ts'

function rig(max = 10) {
  const budget = new Budget('dedupeMax', max)
  const recent = new RecentSends(budget)
  return {
    budget,
    recent,
    remember: (key: string, id: string, untilMs: number) =>
      recent.remember(named(key), named(id), 0, untilMs),
    find(key: string, nowMs: number) {
      const found = recent.find(named(key), 0, nowMs)
      return found === null ? null : namesOf(found.words.slice(found.at, found.at + 4))[0]
    },
    keys: () => [...recent.runs(3)].flatMap(({ keys }) => namesOf(keys)),
  }
}

test('a send is recognised within its window and new after it', () => {
  const { remember, find } = rig()
  remember('k', 'first', 300)
  assert.equal(find('k', 299), 'first')
  assert.equal(find('k', 300), null)
  assert.equal(find('other', 0), null)
})

test('entries past their window are counted from the oldest on, and forgotten on demand', () => {
  const { recent, remember, budget, keys } = rig()
  for (const [at, key] of ['a', 'b', 'c'].entries()) remember(key, key, 100 * at)
  assert.deepEqual([recent.lapsed(100, 9), recent.lapsed(100, 1), recent.dueAtMs], [2, 1, 0])
  recent.forget(2)
  assert.deepEqual([recent.lapsed(100, 9), recent.dueAtMs, budget.used], [0, 200, 1])
  assert.deepEqual(keys(), ['c'])
  recent.forget(9)
  assert.deepEqual([recent.dueAtMs, budget.used], [Infinity, 0])
})

test('a key sent again after its window is recognised from then on, also when its old entry is forgotten', () => {
  const { recent, remember, find } = rig()
  remember('k', 'first', 100)
  remember('k', 'second', 500)
  recent.forget(1)
  assert.equal(find('k', 100), 'second')
})

test('entries keep their order round the end of their memory, and where there are more than the setting allows', () => {
  const { recent, remember, find, keys } = rig(3)
  for (const [at, key] of ['a', 'b', 'c'].entries()) remember(key, key, 100 * at)
  recent.forget(2)
  for (const key of ['d', 'e', 'f', 'g']) remember(key, key, 900)
  assert.deepEqual(keys(), ['c', 'd', 'e', 'f', 'g'])
  assert.deepEqual([find('g', 0), find('c', 0), find('a', 0)], ['g', 'c', null])
})
