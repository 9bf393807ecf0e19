import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CallTable } from './call-table.ts'

test('it holds what a map would hold, whatever comes and goes', () => {
  const number = fc.oneof(
    { weight: 4, arbitrary: fc.nat(40) },
    // Of one home, and beyond 32 bits.
    { weight: 1, arbitrary: fc.nat(8).map((times) => times * 2 ** 32) },
    { weight: 1, arbitrary: fc.constant(Number.MAX_SAFE_INTEGER) },
  )
  const step = fc.record({ does: fc.constantFrom('set', 'set', 'delete', 'get'), number })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const table = new CallTable<{ readonly at: number }>()
      const map = new Map<number, { readonly at: number }>()
      for (const [at, { does, number }] of steps.entries()) {
        if (does === 'set') {
          table.set(number, { at })
          map.set(number, { at })
        }
        if (does === 'delete') assert.equal(table.delete(number), map.delete(number))
        assert.deepEqual(table.get(number), map.get(number))
        assert.equal(table.size, map.size)
      }
      assert.deepEqual(
        table.entries(),
        [...map].sort(([a], [b]) => a - b),
      )
    }),
    { numRuns: 500 },
  )
})

test('a million calls that pass through, a hundred at a time, leave it as it was', () => {
  const table = new CallTable<object>()
  const item = {}
  for (let number = 0; number < 1_000_000; number++) {
    table.set(number, item)
    if (number >= 100) assert.ok(table.delete(number - 100))
  }
  assert.equal(table.size, 100)
  assert.deepEqual(
    table.entries().map(([number]) => number),
    Array.from({ length: 100 }, (_, at) => 999_900 + at),
  )
})
