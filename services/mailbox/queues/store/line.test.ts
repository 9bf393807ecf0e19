import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { noSlot } from './key-index.ts'
import { Line } from './line.ts'

const slotsMax = 60
const step = fc.record({ push: fc.boolean(), which: fc.nat() })

test('over any history the line is what a list would be, whoever leaves it', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: slotsMax, size: 'max' }), (steps) => {
      const [before, after] = [new Uint32Array(slotsMax + 1), new Uint32Array(slotsMax + 1)]
      const line = new Line({ before: () => before, after: () => after })
      let list: number[] = []
      for (const [n, { push, which }] of steps.entries()) {
        const chosen = list[which % Math.max(1, list.length)]
        if (push || chosen === undefined) {
          line.push(n + 1)
          list.push(n + 1)
        } else {
          line.remove(chosen)
          list = list.filter((slot) => slot !== chosen)
        }
        assert.deepEqual([[...line.values()], line.size, line.peek()], [list, list.length, list[0] ?? noSlot])
      }
    }),
  )
})
