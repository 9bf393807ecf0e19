import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OrderedNames } from './ordered-names.ts'

test('after any additions and removals the walk from anywhere is what sorting a plain set gives', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'é', '\u{1f408}'), maxLength: 4 })
  const step = fc.record({ add: fc.boolean(), name })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), name, (steps, start) => {
      const ordered = new OrderedNames()
      const plain = new Set<string>()
      for (const { add, name } of steps) {
        if (add) ordered.add(name)
        else ordered.delete(name)
        if (add) plain.add(name)
        else plain.delete(name)
      }
      assert.equal(ordered.size, plain.size)
      assert.deepEqual([...ordered.from(start)], sortedFrom(plain, start))
    }),
  )
})

test('thousands of names, so that chunks are cut and emptied, stay in order in either direction of arrival', () => {
  for (const arrival of [(i: number) => i, (i: number) => 4_999 - i, (i: number) => (i * 2_741) % 5_000]) {
    const ordered = new OrderedNames()
    const plain = new Set<string>()
    for (let i = 0; i < 5_000; i++) {
      const name = `n${arrival(i)}`
      ordered.add(name)
      plain.add(name)
    }
    for (let i = 0; i < 5_000; i += 3) {
      ordered.delete(`n${i}`)
      plain.delete(`n${i}`)
    }
    for (let i = 1_000; i < 3_000; i++) {
      ordered.delete(`n${i}`)
      plain.delete(`n${i}`)
    }
    assert.equal(ordered.size, plain.size)
    for (const start of ['', 'n1', 'n2000', 'n4999', 'z']) {
      assert.deepEqual([...ordered.from(start)], sortedFrom(plain, start))
    }
  }
})

function sortedFrom(names: ReadonlySet<string>, start: string): string[] {
  return [...names].filter((name) => name >= start).sort()
}
