import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Recent } from './recent.ts'

test('the last keys are kept as they were set, and never more than twice as many', () => {
  const operation = fc.record({ sets: fc.boolean(), key: fc.nat(12) })
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.array(operation, { maxLength: 200 }),
      (max, operations) => {
        const recent = new Recent<number, { readonly at: number }>(max)
        const values = new Map<number, { readonly at: number }>()
        /** Keys in the order of their last use. */
        let used: number[] = []
        for (const [at, { sets, key }] of operations.entries()) {
          if (sets) {
            values.set(key, { at })
            recent.set(key, { at })
          } else {
            const found = recent.get(key)
            if (used.slice(-max).includes(key)) assert.deepEqual(found, values.get(key))
            else if (found !== undefined) assert.deepEqual(found, values.get(key))
            if (found === undefined) continue
          }
          used = [...used.filter((other) => other !== key), key]
          assert.ok(recent.size <= 2 * max, `${recent.size} of ${max}`)
        }
      },
    ),
  )
})

test('after a clear nothing is known', () => {
  const recent = new Recent<string, object>(2)
  for (const key of ['a', 'b', 'c']) recent.set(key, {})
  recent.clear()
  assert.deepEqual([recent.size, recent.get('a'), recent.get('c')], [0, undefined, undefined])
})

test('a memory without room is refused', () => {
  assert.throws(() => new Recent(0), /at least 1/)
})

test('a value that is not there is made once and kept', () => {
  const recent = new Recent<string, { readonly made: number }>(2)
  let made = 0
  const make = () => ({ made: ++made })
  assert.deepEqual(recent.of('a', make), { made: 1 })
  assert.equal(recent.of('a', make), recent.get('a'))
  assert.deepEqual([recent.of('b', make), made], [{ made: 2 }, 2])
})
