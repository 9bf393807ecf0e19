import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FreeRuns, type Run } from './free-runs.ts'

const pagesOf = (runs: readonly Run[]) =>
  runs.flatMap(({ start, pages }) => Array.from({ length: pages }, (_, n) => start + n))

test('as many pages as are free can be taken, from wherever they lie, and no more', () => {
  const free = new FreeRuns()
  free.give({ start: 0, pages: 3 })
  free.give({ start: 10, pages: 2 })
  assert.equal(free.take(6), null)
  assert.deepEqual(pagesOf(free.take(4) ?? []), [10, 11, 0, 1])
  assert.equal(free.pages, 1)
})

test('no pages are taken as nothing', () => {
  assert.deepEqual(new FreeRuns().take(0), [])
})

test('a page is free or taken, never both and never twice', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(12), { maxLength: 60 }), (counts) => {
      const free = new FreeRuns()
      free.give({ start: 0, pages: 30 })
      const taken: (readonly Run[])[] = []
      for (const count of counts) {
        const runs = free.take(count)
        if (runs !== null) taken.push(runs)
        else for (const run of taken.splice(0, 1).flat()) free.give(run)
        const used = taken.flatMap(pagesOf)
        assert.equal(new Set(used).size, used.length)
        assert.equal(used.length + free.pages, 30)
      }
    }),
  )
})
