import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BlockOrder } from './block-order.ts'
import { Column } from './column.ts'
import { placeOf, Slab, sizeOf } from './slab.ts'

function all(order: BlockOrder, list: number): number[] {
  const { page, at, count } = order.all(list)
  return [...page.subarray(at, at + count)]
}

test('blocks stand in the order of an array that is changed at the same places', () => {
  const step = fc.record({ kind: fc.constantFrom('insert', 'insert', 'replace', 'remove'), at: fc.nat() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const order = new BlockOrder(new Slab(), new Column())
      const twin = [1_000]
      order.begin(3, 1_000)
      for (const [address, { kind, at }] of steps.entries()) {
        const i = at % (twin.length + (kind === 'insert' ? 1 : 0))
        if (kind === 'remove' && twin.length === 1) continue
        if (kind === 'insert') order.insert(3, i, address)
        else if (kind === 'replace') order.replace(3, i, address)
        else order.remove(3, i)
        twin.splice(i, kind === 'insert' ? 0 : 1, ...(kind === 'remove' ? [] : [address]))
        assert.deepEqual([all(order, 3), order.count(3), order.last(3)], [twin, twin.length, twin.at(-1)])
        assert.deepEqual([order.at(3, i), order.at(3, -1)], [twin[i], undefined])
      }
    }),
  )
})

test('a list that has few blocks again has given back the directory of many', () => {
  const slab = new Slab()
  const order = new BlockOrder(slab, new Column())
  order.begin(0, 0)
  for (let i = 1; i < 1_000; i++) order.insert(0, i, i)
  const { page, at } = order.all(0)
  for (let i = 999; i > 1; i--) order.remove(0, i)
  assert.deepEqual(all(order, 0), [0, 1])
  const taken = slab.take(8)
  assert.deepEqual([sizeOf(8), slab.page(taken) === page, placeOf(taken)], [1_024, true, at])
})

test('a list that has two blocks again and again takes no more memory each time', () => {
  const slab = new Slab()
  const order = new BlockOrder(slab, new Column())
  order.begin(0, 0)
  for (let round = 0; round < 1_000; round++) {
    order.insert(0, 1, 1)
    order.remove(0, 0)
  }
  assert.equal(slab.bytes, 4_096)
})
