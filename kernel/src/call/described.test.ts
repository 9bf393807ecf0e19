import assert from 'node:assert/strict'
import { test } from 'node:test'
import { described } from './described.ts'

test('an error is described by its stack and the stacks of its causes', () => {
  const text = described(new Error('outer', { cause: new TypeError('inner') }))
  assert.match(text, /^Error: outer\n {4}at [^]*\ncaused by: TypeError: inner\n {4}at /)
})

test('what an error carries beside its stack is left out, for it may be a payload', () => {
  assert.doesNotMatch(described(Object.assign(new Error('x'), { payload: 'secret' })), /secret/)
})

test('a ring of causes ends', () => {
  const [a, b] = [new Error('a'), new Error('b')]
  a.cause = b
  b.cause = a
  assert.equal(described(a).split('caused by').length, 5)
})

test('what is no error is described without asking it for text', () => {
  assert.equal(described('just text'), 'just text')
  assert.equal(described(Object.create(null)), 'a thrown object that is no Error')
  assert.equal(described(undefined), 'a thrown undefined that is no Error')
})
