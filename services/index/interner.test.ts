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
  for (let i = 0; i < 1000; i++) {
    const id = interner.hold(`s${i}`)
    assert.equal(id, 0)
    interner.release(id)
  }
  assert.equal(interner.size, 0)
})
