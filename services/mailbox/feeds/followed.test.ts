import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Followed } from './followed.ts'

test('the authors a user follows are those of a map, each with the number of its follow', () => {
  const step = fc.record({ add: fc.boolean(), author: fc.nat(12) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const followed = new Followed()
      const naive = new Map<number, number>()
      for (const [number, { add, author }] of steps.entries()) {
        if (add && !naive.has(author)) {
          followed.add(author, number)
          naive.set(author, number)
        }
        if (!add && naive.delete(author)) followed.remove(author)
        for (let each = 0; each <= 12; each++) {
          assert.equal(followed.numberOf(each), naive.get(each))
          assert.equal(followed.has(each), naive.has(each))
        }
        assert.deepEqual(
          [...followed.authors()],
          [...naive.keys()].sort((a, b) => a - b),
        )
        assert.equal(followed.size, naive.size)
      }
    }),
  )
})
