import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Tenants } from './tenants.ts'

test('each tenant has a thing of its own, and none is kept that holds nothing', () => {
  const tenants = new Tenants(() => new Set<string>())
  tenants.use('a', (set) => set.add('x'))
  assert.equal(
    tenants.use('b', (set) => set.has('x')),
    false,
  )
  assert.equal(tenants.size, 1)
  tenants.use('a', (set) => set.delete('x'))
  assert.equal(tenants.size, 0)
})

test('work that throws loses nothing that was there', () => {
  const tenants = new Tenants(() => new Set<string>())
  assert.throws(() =>
    tenants.use('a', (set) => {
      set.add('x')
      throw new Error('no')
    }),
  )
  assert.equal(
    tenants.use('a', (set) => set.has('x')),
    true,
  )
  tenants.clear()
  assert.equal(tenants.size, 0)
})
