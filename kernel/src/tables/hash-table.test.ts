import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { HashTable, hashOfBigint, hashOfNumber } from './hash-table.ts'

function holdsAsAMap<Key extends number | bigint>(hash: (key: Key) => number, key: fc.Arbitrary<Key>): void {
  const step = fc.record({ does: fc.constantFrom('set', 'set', 'delete', 'get'), key })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const table = new HashTable<Key, { readonly at: number }>(hash)
      const map = new Map<Key, { readonly at: number }>()
      for (const [at, { does, key }] of steps.entries()) {
        if (does === 'set') {
          table.set(key, { at })
          map.set(key, { at })
        }
        if (does === 'delete') assert.equal(table.delete(key), map.delete(key))
        assert.deepEqual(table.get(key), map.get(key))
        assert.equal(table.size, map.size)
      }
      assert.deepEqual(
        table.entries(),
        [...map].sort(([a], [b]) => (a < b ? -1 : 1)),
      )
    }),
    { numRuns: 500 },
  )
}

test('under numbers it holds what a map would hold, whatever comes and goes', () => {
  holdsAsAMap(
    hashOfNumber,
    fc.oneof(
      { weight: 4, arbitrary: fc.nat(40) },
      // Of one home, and beyond 32 bits.
      { weight: 1, arbitrary: fc.nat(8).map((times) => times * 2 ** 32) },
      { weight: 1, arbitrary: fc.constant(Number.MAX_SAFE_INTEGER) },
    ),
  )
})

test('under 64-bit integers too', () => {
  holdsAsAMap(
    hashOfBigint,
    fc.bigInt({ min: 0n, max: 40n }).map((small) => ((small % 5n) << 61n) | small),
  )
})

test('a million that pass through, a hundred at a time, leave it as it was', () => {
  const table = new HashTable<number, object>(hashOfNumber)
  const value = {}
  for (let key = 0; key < 1_000_000; key++) {
    table.set(key, value)
    if (key >= 100) assert.ok(table.delete(key - 100))
  }
  assert.equal(table.size, 100)
  assert.deepEqual(
    table.entries().map(([key]) => key),
    Array.from({ length: 100 }, (_, at) => 999_900 + at),
  )
})
