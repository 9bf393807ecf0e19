import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  fieldOf,
  FIELDS_MAX,
  insert,
  lengthOf,
  posting,
  removeSlot,
  slotOf,
  SLOTS_MAX,
  timesOf,
} from './postings.ts'

const slot = fc.integer({ min: 0, max: SLOTS_MAX - 1 })
const field = fc.integer({ min: 0, max: FIELDS_MAX - 1 })

test('a posting gives back what was packed, up to the width of each part', () => {
  fc.assert(
    fc.property(slot, field, fc.nat(5_000), fc.nat(100_000), (slot, field, times, length) => {
      const packed = posting(slot, field, times, length)
      assert.ok(Number.isSafeInteger(packed))
      assert.deepEqual(
        [slotOf(packed), fieldOf(packed), timesOf(packed), lengthOf(packed)],
        [slot, field, Math.min(times, 1023), Math.min(length, 65_535)],
      )
    }),
  )
})

test('postings stay sorted whatever the order they come in, and a document goes with all of its own', () => {
  const some = fc.uniqueArray(fc.tuple(fc.nat(9), fc.nat(3)), {
    selector: ([slot, field]) => `${slot} ${field}`,
  })
  fc.assert(
    fc.property(some, fc.nat(9), (pairs, gone) => {
      const list: number[] = []
      for (const [slot, field] of pairs) insert(list, posting(slot, field, 1, 1))
      assert.deepEqual(
        list,
        pairs.map(([slot, field]) => posting(slot, field, 1, 1)).sort((a, b) => a - b),
      )
      removeSlot(list, gone)
      assert.equal(list.length, pairs.filter(([slot]) => slot !== gone).length)
      assert.ok(list.every((packed) => slotOf(packed) !== gone))
    }),
  )
})
