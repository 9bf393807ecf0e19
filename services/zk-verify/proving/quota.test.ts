import assert from 'node:assert/strict'
import { test } from 'node:test'
import { order } from './field.ts'
import { counterLeaf, quotaCircuit, quotaTree, type Counter } from './quota.ts'
import { treeOf } from './tree.ts'

const counter = { key: 11n, epoch: 20_260n, used: 41n, blinding: 13n }
const { root, place } = treeOf(quotaTree, [7n, counterLeaf(counter), 8n], 1)
const inputs = { root, limit: 42n, epoch: counter.epoch, context: 5n }

/** Whether the circuit holds for what was changed. The tree stays as it is. */
function holds(changed: Partial<typeof inputs> = {}, secret: Partial<Counter> = {}, at = place): boolean {
  return quotaCircuit({ ...inputs, ...changed }, { ...counter, ...secret }, at).broken() === -1
}

/** The same with a tree in which the counter lies as it is claimed. */
function holdsOf(secret: Partial<Counter>, limit: bigint): boolean {
  const one = { ...counter, ...secret }
  const tree = treeOf(quotaTree, [counterLeaf(one)], 0)
  return (
    quotaCircuit({ root: tree.root, limit, epoch: one.epoch, context: 5n }, one, tree.place).broken() === -1
  )
}

test('a counter below the limit complies, and one at it or above does not', () => {
  assert.equal(holds(), true)
  assert.equal(holds({ limit: 41n }), false)
  assert.equal(holds({ limit: 0n }), false)
  assert.equal(holdsOf({ used: 0n }, 1n), true)
  assert.equal(holdsOf({ used: 0n }, 0n), false)
})

test('numbers of 64 bits are the largest there are, so nothing comes out right by going around the field', () => {
  const most = 2n ** 64n - 1n
  assert.equal(holdsOf({ used: most - 1n }, most), true)
  assert.equal(holdsOf({ used: 5n }, 2n ** 64n), false)
  assert.equal(holdsOf({ used: order - 1n }, 5n), false)
  assert.equal(holdsOf({ used: 2n ** 64n }, most), false)
  assert.equal(holdsOf({ epoch: 2n ** 64n }, 42n), false)
})

test('whoever has another key, counter, blinding or epoch than was committed to cannot comply', () => {
  assert.equal(holds({}, { key: 12n }), false)
  assert.equal(holds({}, { used: 40n }), false)
  assert.equal(holds({}, { blinding: 14n }), false)
  assert.equal(holds({ epoch: 20_261n }), false)
  assert.equal(holds({ root: root + 1n }), false)
})

test('a counter complies from its own place and from no other', () => {
  const [first = 0n, ...others] = place.others
  assert.equal(holds({}, {}, { ...place, others: [first + 1n, ...others] }), false)
  assert.equal(holds({}, {}, { ...place, isRight: place.isRight.map((right) => !right) }), false)
})

test('the circuit just fits the domain its keys are made for', () => {
  const { constraints } = quotaCircuit(inputs, counter, place)
  assert.ok(constraints.length + 5 <= 4_096 && constraints.length > 3_800, `${constraints.length}`)
})
