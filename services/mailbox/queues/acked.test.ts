import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Acked } from './acked.ts'

test('the last ids are remembered for their tenant and the oldest is forgotten', () => {
  const acked = new Acked(2)
  for (const id of ['a', 'b', 'c']) acked.remember('t', id)
  assert.deepEqual(
    ['a', 'b', 'c'].map((id) => acked.has('t', id)),
    [false, true, true],
  )
  assert.equal(acked.has('other', 'c'), false)
})
