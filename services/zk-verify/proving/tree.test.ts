import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hash } from '../../poseidon.ts'
import { R1cs } from './r1cs.ts'
import { rootOver, treeOf, type Place } from './tree.ts'

const tree = { tag: 5n, depth: 4 }

/** What the circuit makes of a leaf at a place. */
function root(leaf: bigint, place: Place): bigint {
  const circuit = new R1cs()
  const sum = rootOver(circuit, tree, circuit.secret(leaf), place)
  assert.equal(circuit.broken(), -1)
  return circuit.valueOf(sum)
}

test('a tree is what hashing its leaves pair by pair gives, the missing ones being 0', () => {
  let left = hash(tree.tag, 7n, 8n)
  let empty = hash(tree.tag, 0n, 0n)
  for (let height = 1; height < tree.depth; height++) {
    left = hash(tree.tag, left, empty)
    empty = hash(tree.tag, empty, empty)
  }
  assert.equal(treeOf(tree, [7n, 8n], 0).root, left)
  assert.equal(treeOf(tree, [], 0).root, empty)
})

test('every leaf has the root over it from its own place and from no other', () => {
  const leaves = [3n, 4n, 5n, 6n, 7n, 8n, 9n]
  for (const [index, leaf] of leaves.entries()) {
    const { root: expected, place } = treeOf(tree, leaves, index)
    assert.equal(root(leaf, place), expected)
    assert.notEqual(root(leaf + 1n, place), expected)
    assert.notEqual(root(leaf, treeOf(tree, leaves, (index + 1) % leaves.length).place), expected)
  }
})
