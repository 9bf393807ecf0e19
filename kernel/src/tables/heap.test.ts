import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Heap, type HeapNode } from './heap.ts'

interface Item {
  rank: number
  readonly turn: number
}

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('push' as const), rank: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pop' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), which: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('settle' as const), which: fc.nat(), rank: fc.nat(8) }),
  },
)

test('a heap behaves as a list sorted by rank and then by age, also when members leave or change rank', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150, size: 'max' }), (steps) => {
      const heap = new Heap<Item>(({ rank }) => rank)
      let naive: { item: Item; node: HeapNode<Item> }[] = []
      const first = () => naive.toSorted((a, b) => a.item.rank - b.item.rank || a.item.turn - b.item.turn)[0]
      const leave = (item: Item | undefined) => {
        naive = naive.filter((each) => each.item !== item)
      }
      for (const [turn, each] of steps.entries()) {
        const chosen = 'which' in each ? naive[each.which % Math.max(1, naive.length)] : undefined
        if (each.do === 'push') {
          const item = { rank: each.rank, turn }
          naive.push({ item, node: heap.push(item) })
        }
        if (each.do === 'pop') {
          const expected = first()?.item
          assert.equal(heap.pop(), expected)
          leave(expected)
        }
        if (each.do === 'remove' && chosen !== undefined) {
          heap.remove(chosen.node)
          leave(chosen.item)
        }
        if (each.do === 'settle' && chosen !== undefined) {
          chosen.item.rank = each.rank
          heap.settle(chosen.node)
        }
        assert.equal(heap.peek(), first()?.item)
        assert.equal(heap.size, naive.length)
        assert.deepEqual(new Set(heap.values()), new Set(naive.map(({ item }) => item)))
      }
    }),
    { numRuns: 300 },
  )
})

test('the member that fills a gap may have to rise: it comes from another branch', () => {
  const heap = new Heap<number>((rank) => rank)
  const nodes = [0, 10, 1, 11, 12, 2, 3].map((rank) => heap.push(rank))
  const eleven = nodes[3]
  assert.ok(eleven !== undefined)
  heap.remove(eleven)
  heap.push(13)
  assert.deepEqual(
    Array.from({ length: 7 }, () => heap.pop()),
    [0, 1, 2, 3, 10, 12, 13],
  )
})

test('a node that has left cannot leave again', () => {
  const heap = new Heap<number>((rank) => rank)
  const node = heap.push(1)
  heap.remove(node)
  assert.throws(() => heap.remove(node), /not in this heap/)
})
