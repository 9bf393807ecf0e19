import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Interner } from './interner.ts'

test('a string keeps its id while it is mentioned, and loses it with the last mention', () => {
  const interner = new Interner()
  const id = interner.hold('a')
  assert.equal(interner.hold('a'), id)
  interner.release(id)
  assert.equal(interner.find('a'), id)
  assert.equal(interner.name(id), 'a')
  interner.release(id)
  assert.equal(interner.find('a'), undefined)
  assert.throws(() => interner.name(id), RangeError)
})

test('ids that were freed are given out again, so they stay small', () => {
  const interner = new Interner()
  for (let i = 0; i < 1000; i++) interner.release(interner.hold(`s${i}`))
  assert.equal(interner.span, 1)
  assert.equal(interner.size, 0)
})

test('compacting closes the gaps, keeps the order and says who moved where', () => {
  const interner = new Interner()
  for (const name of ['a', 'b', 'c', 'd', 'd']) interner.hold(name)
  interner.release(0)
  interner.release(2)
  assert.deepEqual([...interner.compact()], [0, 0, 0, 1])
  assert.deepEqual([interner.find('b'), interner.find('d'), interner.span], [0, 1, 2])
  interner.release(1)
  assert.equal(interner.name(1), 'd')
  assert.equal(interner.hold('e'), 2)
})
