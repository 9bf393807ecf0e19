import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Unread } from './unread.ts'

test('slots come out once each, unless they were deleted, as from a Set', () => {
  const step = fc.tuple(fc.constantFrom('add', 'delete', 'next'), fc.nat(9))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100, size: 'max' }), (steps) => {
      const unread = new Unread()
      const twin = new Set<number>()
      for (const [what, slot] of steps) {
        if (what === 'add') {
          unread.add(slot)
          twin.add(slot)
        } else if (what === 'delete') assert.equal(unread.delete(slot), twin.delete(slot))
        else {
          const next = unread.next()
          if (next === undefined) assert.equal(twin.size, 0)
          else assert.ok(twin.delete(next))
        }
        assert.equal(unread.size, twin.size)
        assert.ok(unread.queued <= 10)
      }
    }),
  )
})
