import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mixed } from './hash.ts'
import { SLOTS_MAX, SlotTable } from './slot-table.ts'
import { NONE } from './typed.ts'

/** A table of slots that hold themselves. */
function tableOf(hashOf: (slot: number) => number) {
  const table = new SlotTable(hashOf)
  const has = (slot: number) => table.find(hashOf(slot), (found) => found === slot) === slot
  return { table, has }
}

const scattered = (slot: number) => mixed(mixed(9, slot), 1) >>> 0

test('a table has what was added and not removed, as a set does, however the hashes fall', () => {
  const hashes = fc.constantFrom(
    scattered,
    () => 0,
    () => NONE,
    (slot: number) => slot % 3,
  )
  const step = fc.record({ add: fc.boolean(), slot: fc.nat(40) })
  fc.assert(
    fc.property(hashes, fc.array(step, { maxLength: 200, size: 'max' }), (hashOf, steps) => {
      const { table, has } = tableOf(hashOf)
      const twin = new Set<number>()
      for (const { add, slot } of steps) {
        if (add && !twin.has(slot)) table.add(slot)
        if (!add && twin.has(slot)) table.remove(slot)
        if (add) twin.add(slot)
        else twin.delete(slot)
      }
      for (let slot = 0; slot <= 40; slot++) assert.equal(has(slot), twin.has(slot))
    }),
  )
})

test('a table of many segments finds everything while it grows and while it shrinks', () => {
  const { table, has } = tableOf(scattered)
  const count = 50_000
  for (let slot = 0; slot < count; slot++) table.add(slot)
  for (let slot = 0; slot < count; slot++) assert.ok(has(slot))
  assert.ok(!has(count))
  for (let slot = 0; slot < count; slot++) if (slot % 50 !== 0) table.remove(slot)
  for (let slot = 0; slot < count; slot++) assert.equal(has(slot), slot % 50 === 0)
})

test('slots that all have one hash make one long segment and no endless directory', () => {
  const { table, has } = tableOf(() => 12_345)
  for (let slot = 0; slot < 4000; slot++) table.add(slot)
  assert.ok(has(0) && has(3999) && !has(4000))
})

test('a slot that was renamed is found as what it is called now', () => {
  const names = new Map([[1, 'a']])
  const table = new SlotTable(() => 5)
  table.add(1)
  names.set(2, 'a')
  table.rename(1, 2)
  assert.equal(
    table.find(5, (slot) => names.get(slot) === 'a'),
    2,
  )
})

test('a slot beyond what a place can hold is refused', () => {
  assert.throws(() => new SlotTable(() => 0).add(SLOTS_MAX), /slot 268435455 is beyond/)
})
