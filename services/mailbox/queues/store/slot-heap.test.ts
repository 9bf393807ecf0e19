import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { noSlot } from './key-index.ts'
import { SlotHeap } from './slot-heap.ts'

const slotsMax = 200

function rig() {
  const [ranks, places] = [new Float64Array(slotsMax + 1), new Uint32Array(slotsMax + 1)]
  return { ranks, heap: new SlotHeap({ ranks: () => ranks, places: () => places }) }
}

const step = fc.record({ push: fc.boolean(), rank: fc.integer({ min: 0, max: 30 }), which: fc.nat() })

test('over any history the first has the lowest rank, and whoever leaves is the one that was named', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: slotsMax, size: 'max' }), (steps) => {
      const { ranks, heap } = rig()
      /** The naive twin: a set, looked through from the start every time. */
      const members = new Set<number>()
      for (const [n, { push, rank, which }] of steps.entries()) {
        const chosen = [...members][which % Math.max(1, members.size)]
        if (push || chosen === undefined) {
          ranks[n + 1] = rank
          heap.push(n + 1)
          members.add(n + 1)
        } else {
          heap.remove(chosen)
          members.delete(chosen)
        }
        const lowest = Math.min(Infinity, ...[...members].map((slot) => ranks[slot] ?? 0))
        assert.equal(members.size === 0 ? Infinity : ranks[heap.peek()], lowest)
        assert.deepEqual([...heap.values()].sort(), [...members].sort())
      }
    }),
    { numRuns: 200 },
  )
})

test('an empty heap has no first, and who is not in it cannot leave', () => {
  const { heap } = rig()
  assert.equal(heap.peek(), noSlot)
  assert.throws(() => heap.remove(1), /not in this heap/)
  heap.push(2)
  assert.throws(() => heap.remove(1), /not in this heap/)
})
