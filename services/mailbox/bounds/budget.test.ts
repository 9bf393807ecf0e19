import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Budget, strain } from './budget.ts'

test('a budget gives all that was asked or nothing', () => {
  const bytes = new Budget('bytesMax', 10)
  assert.equal(bytes.take(7), true)
  assert.equal(bytes.take(4), false)
  assert.equal(bytes.used, 7)
  assert.equal(bytes.take(3), true)
  assert.equal(bytes.free, 0)
})

test('giving back more than was taken is a bug and stops the service', () => {
  const bytes = new Budget('bytesMax', 10)
  bytes.take(2)
  assert.throws(() => bytes.give(3), /bytesMax: 3 given back, 2 taken/)
})

test('what is taken already is charged past the limit, and nothing more is given until it holds again', () => {
  const bytes = new Budget('bytesMax', 10)
  bytes.charge(12)
  assert.equal(bytes.free, -2)
  assert.equal(bytes.take(1), false)
  bytes.give(3)
  assert.equal(bytes.take(1), true)
})

test('strain names the budgets above 95 %, and only those', () => {
  const [full, easy] = [new Budget('bytesMax', 100), new Budget('topicsMax', 100)]
  full.take(95)
  easy.take(10)
  assert.equal(strain([full, easy]), null)
  full.take(1)
  assert.equal(strain([full, easy]), 'bytesMax is at 96 of 100')
})
