import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Counters, metersMax } from './counters.ts'

const [a, b] = ['a'.repeat(64), 'b'.repeat(64)]

test('the last root of a day counts, for the tenant whose meter committed to it', () => {
  const counters = new Counters()
  assert.equal(counters.commit('one', 100, a, 100), 'first')
  assert.equal(counters.commit('one', 100, b, 100), 'replaced')
  assert.equal(counters.find('one', 100), b)
  assert.equal(counters.find('two', 100), null)
  assert.equal(counters.find('one', 101), null)
})

test('a root is for today or tomorrow, and what is of tomorrow replaces nothing of today', () => {
  const counters = new Counters()
  assert.deepEqual(
    [99, 102].map((day) => counters.commit('one', day, a, 100)),
    ['not-now', 'not-now'],
  )
  assert.equal(counters.count, 0)
  assert.equal(counters.commit('one', 101, b, 100), 'first')
  assert.equal(counters.commit('one', 100, a, 100), 'first')
  assert.deepEqual([counters.find('one', 100), counters.find('one', 101)], [a, b])
})

test('only so many tenants have counters, until a day is over', () => {
  const counters = new Counters()
  for (let tenant = 0; tenant < metersMax; tenant++) counters.commit(`t${tenant}`, 100, a, 100)
  assert.equal(counters.commit('one more', 100, a, 100), 'full')
  assert.equal(counters.commit('t0', 100, b, 100), 'replaced')
  assert.equal(counters.count, metersMax)
  assert.equal(counters.commit('one more', 101, a, 101), 'first')
  assert.equal(counters.count, 1)
})
