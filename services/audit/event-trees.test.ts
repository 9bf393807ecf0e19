import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@ron/kernel/system/clock'
import { eventRootEntries as treeLeaves } from '@ron/kernel/tlog/event-root'
import { keepAwake } from '../testing.ts'
import { hash } from '../poseidon.ts'
import { eventLeaf, eventRoot, eventTree } from '../event-tree.ts'
import { EventTrees, type EventPlace } from './event-trees.ts'

keepAwake()

/** Entry n has the hash that ends with n. */
const hashOf = (index: number) => {
  const bytes = new Uint8Array(32)
  bytes[0] = 7
  new DataView(bytes.buffer).setUint32(28, index)
  return bytes
}
const leafOf = (index: number) => eventLeaf({ first: 7n << 120n, last: BigInt(index) })
const treesOf = (leaf = hashOf) => new EventTrees({ clock: systemClock, leaf })

/** The root over leaves, by the definition. */
function rootOf(leaves: readonly bigint[], height = eventTree.depth): bigint {
  if (height === 0) return leaves[0] ?? 0n
  const half = 2 ** (height - 1)
  if (leaves.length === 0) {
    const below = rootOf([], height - 1)
    return hash(eventTree.tag, below, below)
  }
  return hash(
    eventTree.tag,
    rootOf(leaves.slice(0, half), height - 1),
    rootOf(leaves.slice(half), height - 1),
  )
}

/** The root that a place leads to. */
function ledTo(leaf: bigint, { index, others }: EventPlace): bigint {
  return others.reduce((node, other, height) => {
    const isRight = ((index >> height) & 1) === 1
    return isRight ? hash(eventTree.tag, other, node) : hash(eventTree.tag, node, other)
  }, leaf)
}

async function placeIn(trees: EventTrees, index: number, size: number): Promise<EventPlace> {
  const place = await trees.place(index, size)
  return 'wanted' in place ? placeIn(trees, index, size) : place
}

test('the root that is computed at once is that of the tree by its definition', () => {
  for (const size of [0, 1, 2, 3, 7, 8, 21]) {
    const indexes = Array.from({ length: size }, (_, index) => index)
    assert.equal(eventRoot(indexes.map(hashOf)), rootOf(indexes.map(leafOf)), `of ${size}`)
  }
})

test('a place leads to the root of the tree by its definition, at the size that was asked for', async () => {
  const trees = treesOf()
  const sizes = [1, 2, 3, 7, 8, 21]
  // The largest first: what the tree was at a smaller size is known all the same.
  for (const size of sizes.toReversed()) {
    const root = rootOf(Array.from({ length: size }, (_, index) => leafOf(index)))
    for (const index of new Set([0, size >> 1, size - 1])) {
      const place = await placeIn(trees, index, size)
      assert.equal(place.root, root, `of ${size}`)
      assert.equal(ledTo(leafOf(index), place), root, `entry ${index} of ${size}`)
      assert.equal(place.others.length, eventTree.depth)
    }
  }
})

test('entries past the first tree are in one of their own, and only two trees are kept', async () => {
  const asked: number[] = []
  const trees = treesOf((index) => {
    asked.push(index)
    return hashOf(index)
  })
  for (const number of [1, 2, 3]) {
    const first = number * treeLeaves
    const place = await placeIn(trees, first + 1, first + 2)
    assert.deepEqual([place.index, place.root], [1, rootOf([leafOf(first), leafOf(first + 1)])])
    assert.ok(trees.count <= 2)
  }
  assert.deepEqual(
    asked,
    [1, 2, 3].flatMap((number) => [number * treeLeaves, number * treeLeaves + 1]),
  )
  asked.length = 0
  await placeIn(trees, 3 * treeLeaves, 3 * treeLeaves + 2)
  assert.deepEqual(asked, [], 'a tree that is kept is not made anew')
  await placeIn(trees, treeLeaves, treeLeaves + 1)
  assert.deepEqual(asked, [treeLeaves], 'one that was not is')
})

test('who asks for a tree that takes long is told how far it is, and finds it further on', async () => {
  const trees = treesOf()
  const first = await trees.place(0, 4_000)
  assert.ok('wanted' in first)
  assert.ok(first.leaves < first.wanted && first.wanted === 4_000)
  const again = await trees.place(0, 4_000)
  assert.ok('wanted' in again && again.leaves > first.leaves)
  // Beside it, somebody who wants less of the same tree waits no longer than for that.
  const { root } = await placeIn(trees, 0, 4)
  assert.equal(root, rootOf([0, 1, 2, 3].map(leafOf)))
})

test('only so many wait for a tree; who comes then is told at once how far it is', async () => {
  const trees = treesOf()
  const order: number[] = []
  const asked = Array.from({ length: 6 }, async (_, at) => {
    const answer = await trees.place(at, 4_000)
    order.push(at)
    return 'wanted' in answer
  })
  assert.deepEqual(
    await Promise.all(asked),
    asked.map(() => true),
  )
  assert.deepEqual(order.slice(0, 2), [4, 5])
})
