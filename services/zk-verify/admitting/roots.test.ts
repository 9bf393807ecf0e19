import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Roots, rootsMax } from './roots.ts'

const root = (number: number) => ({
  origin: 'localhost/audit/1',
  size: number,
  first: 0,
  root: number.toString(16).padStart(64, '0'),
})

test('the last roots are known, and one that was published again counts as new', () => {
  const roots = new Roots()
  for (let number = 0; number < rootsMax; number++) roots.publish(root(number))
  roots.publish(root(0))
  roots.publish(root(rootsMax))
  assert.equal(roots.count, rootsMax)
  assert.deepEqual(roots.find(root(0).root), root(0))
  assert.equal(roots.find(root(1).root), null)
  assert.deepEqual(roots.find(root(rootsMax).root), root(rootsMax))
})
