import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capabilityCircuit, commitmentTo, groupTree, memberLeaf, type Attributes } from './capability.ts'
import { order } from './field.ts'
import { treeOf } from './tree.ts'

const attributes = { key: 11n, role: 7n, end: 1_000n }
const blinding = 13n
const { root, place } = treeOf(groupTree, [5n, memberLeaf(attributes), 8n], 1)
const inputs = { commitment: commitmentTo(attributes, blinding), moment: 1_000n, root, context: 5n }

/** Whether the circuit holds for what was changed. Tree and commitment stay as they are. */
function holds(
  changed: Partial<typeof inputs> = {},
  secret: Partial<Attributes & { blinding: bigint }> = {},
  at = place,
): boolean {
  return (
    capabilityCircuit({ ...inputs, ...changed }, { ...attributes, blinding, ...secret }, at).broken() === -1
  )
}

/** The same with a tree and a commitment for what is claimed. */
function holdsOf(changed: Partial<Attributes>, moment: bigint): boolean {
  const one = { ...attributes, ...changed }
  const tree = treeOf(groupTree, [memberLeaf(one)], 0)
  const given = { commitment: commitmentTo(one, blinding), moment, root: tree.root, context: 5n }
  return capabilityCircuit(given, { ...one, blinding }, tree.place).broken() === -1
}

test('a capability lasts until its end and not a second longer', () => {
  assert.equal(holds(), true)
  assert.equal(holds({ moment: 0n }), true)
  assert.equal(holds({ moment: 1_001n }), false)
})

test('numbers of 64 bits are the largest there are, so nothing comes out right by going around the field', () => {
  const most = 2n ** 64n - 1n
  assert.equal(holdsOf({ end: most }, most), true)
  assert.equal(holdsOf({ end: 2n ** 64n }, 5n), false)
  assert.equal(holdsOf({ end: 5n }, 2n ** 64n), false)
  assert.equal(holdsOf({ end: 5n }, order - 5n), false)
})

test('whoever has another key, role, end or blinding than was committed to shows nothing', () => {
  assert.equal(holds({}, { key: 12n }), false)
  assert.equal(holds({}, { role: 8n }), false)
  assert.equal(holds({}, { end: 2_000n }), false)
  assert.equal(holds({}, { blinding: 14n }), false)
  assert.equal(holds({ commitment: inputs.commitment + 1n }), false)
})

test('a role that is no member of the group is none of its roles, however well it was committed to', () => {
  const stranger = { ...attributes, role: 8n }
  assert.equal(holds({ commitment: commitmentTo(stranger, blinding) }, { role: 8n }), false)
  assert.equal(holds({ root: root + 1n }), false)
  assert.equal(holds({}, {}, treeOf(groupTree, [5n, memberLeaf(attributes), 8n], 2).place), false)
})

test('a capability can be committed to in as many ways as there are blindings', () => {
  const other = commitmentTo(attributes, blinding + 1n)
  assert.notEqual(other, inputs.commitment)
  assert.equal(holds({ commitment: other }, { blinding: blinding + 1n }), true)
})

test('the circuit just fits the domain its keys are made for', () => {
  const { constraints } = capabilityCircuit(inputs, { ...attributes, blinding }, place)
  assert.ok(constraints.length + 5 <= 4_096 && constraints.length > 3_800, `${constraints.length}`)
})
