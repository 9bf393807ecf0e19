import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Budget, nearlyFull, OverBudget } from './budget.ts'

test('a budget refuses what does not fit without taking anything, and counts what is taken all the same', () => {
  const budget = new Budget('things', 10, 'raise thingsMax')
  budget.take(10)
  assert.throws(() => budget.ensure(1), OverBudget)
  assert.equal(budget.used, 10)
  budget.give(4)
  budget.ensure(4)
  assert.throws(() => budget.ensure(5), {
    message: '6 of 10 things are in use and this needs 5 more; delete some or raise thingsMax',
  })
  budget.take(5)
  assert.equal(budget.used, 11)
})

test('only budgets past the share are called nearly full', () => {
  const [full, roomy] = [new Budget('edges', 100, ''), new Budget('words', 100, '')]
  full.take(95)
  assert.equal(nearlyFull([full, roomy], 0.95), null)
  full.take(1)
  assert.equal(nearlyFull([full, roomy], 0.95), '96 of 100 edges')
})
