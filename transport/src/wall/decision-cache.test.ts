import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DecisionCache } from './decision-cache.ts'

const allowed = { allow: true, rule: 'r', reason: 'open', version: 1 }

test('a decision is found until its time is over, and no longer', () => {
  const cache = new DecisionCache(100_000, 5_000)
  cache.keep('a', allowed, 1_000)
  assert.equal(cache.get('a', 5_999)?.decision, allowed)
  assert.equal(cache.get('a', 6_000), undefined)
  assert.equal(cache.get('b', 1_000), undefined)
})

test('a decision that was kept at the end of a span has its whole time in the next', () => {
  const cache = new DecisionCache(100_000, 5_000)
  cache.keep('first', allowed, 0)
  cache.keep('late', allowed, 4_999)
  cache.keep('next', allowed, 5_000)
  assert.equal(cache.get('late', 9_998)?.decision, allowed)
  assert.equal(cache.get('late', 9_999), undefined)
})

test('what nobody asks for again is gone after two spans, however much room there is', () => {
  const cache = new DecisionCache(100_000_000, 5_000)
  let most = 0
  for (let n = 0; n < 100_000; n++) {
    cache.keep(`path ${n}`, allowed, n)
    most = Math.max(most, cache.size)
  }
  assert.equal(most, 10_000)
})

test('more than there is room for is not kept: the one asked least lately goes', () => {
  const cache = new DecisionCache(2 * 1_000, 5_000)
  for (const key of ['a', 'b', 'c']) cache.keep(key, allowed, 0)
  cache.get('a', 0)
  cache.keep('d', allowed, 0)
  assert.equal(cache.get('b', 0), undefined)
  assert.equal(cache.get('a', 0)?.decision, allowed)
  assert.equal(cache.size, 3)
})

test('all of it can be forgotten', () => {
  const cache = new DecisionCache(100_000, 5_000)
  cache.keep('a', allowed, 0)
  cache.keep('b', allowed, 6_000)
  cache.clear()
  assert.equal(cache.size, 0)
})
