import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventLeaf, eventTree } from '../../event-tree.ts'
import { inclusionCircuit } from './inclusion.ts'
import { treeOf } from './tree.ts'

const event = { first: 2n ** 128n - 1n, last: 9n }
const leaves = [7n, eventLeaf(event), 8n]
const { root, place } = treeOf(eventTree, leaves, 1)
const inputs = { root, event, context: 5n }

function holds(changed: Partial<typeof inputs> = {}, at = place): boolean {
  return inclusionCircuit({ ...inputs, ...changed }, at).broken() === -1
}

test('an event that is in the log is shown to be, from its place and from no other', () => {
  assert.equal(holds(), true)
  assert.equal(holds({}, treeOf(eventTree, leaves, 0).place), false)
  assert.equal(holds({ root: root + 1n }), false)
})

test('no other event is', () => {
  assert.equal(holds({ event: { ...event, last: 10n } }), false)
  assert.equal(holds({ event: { ...event, first: 0n } }), false)
  assert.equal(holds({ event: { first: event.last, last: event.first } }), false)
})

test('a half of a hash has 128 bits, so there is one way to write each', () => {
  const long = { first: 2n ** 128n, last: 9n }
  const tree = treeOf(eventTree, [eventLeaf(long)], 0)
  assert.equal(holds({ root: tree.root, event: long }, tree.place), false)
})

test('the circuit just fits the domain its keys are made for', () => {
  const { constraints } = inclusionCircuit(inputs, place)
  assert.ok(constraints.length + 5 <= 4_096 && constraints.length > 3_800, `${constraints.length}`)
})
