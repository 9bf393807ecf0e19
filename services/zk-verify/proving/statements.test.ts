import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bindingContext } from '../binding.ts'
import { eventLeaf, eventTree } from '../../event-tree.ts'
import { catalogue } from '../circuits/catalogue.ts'
import { domains, type CircuitId } from '../circuits/domains.ts'
import { hashOf } from '../circuits/pinned.ts'
import { openGroth16 } from '../snark/groth16.ts'
import { weightBytes } from '../snark/verifier.ts'
import { proveStatement } from './statements.ts'
import { seeded } from './trapdoor.ts'
import { treeOf } from './tree.ts'
import { WitnessFault } from './witness.ts'

const occasion = { verifier: 'node-a', nonce: new Uint8Array(16).fill(7) }
const event = `b3:${'ab'.repeat(32)}`
const witnesses: Readonly<Record<CircuitId, Record<string, unknown>>> = {
  'quota-compliance': { key: '0xff', epoch: 20_260, used: 41, blinding: '99', limit: 42 },
  'capability-attributes': { key: 3, role: 7, end: 1_000, blinding: 5, expiry: 1_000 },
  'audit-inclusion': { event },
}
const prove = (id: CircuitId, changed: Record<string, unknown> = {}) =>
  proveStatement(id, { ...witnesses[id], ...changed }, occasion, seeded('chance'))
const fault = (message: RegExp) => (thrown: unknown) =>
  thrown instanceof WitnessFault && message.test(thrown.message)

for (const { id, published } of catalogue) {
  const key = Uint8Array.from(Buffer.from(published.key, 'base64'))

  test(`a proof of ${id} is good for its occasion and for no other`, async () => {
    const { inputs, proof } = prove(id)
    const verifier = await openGroth16(key)
    const verdictAt = (nonce: Uint8Array) => {
      const context = bindingContext({ domain: domains[id], keyHash: hashOf(key), ...occasion, nonce })
      const claim = { proof, inputs: [...inputs.map((input) => Buffer.from(input, 'hex')), context] }
      return verifier.verify([claim], new Uint8Array(weightBytes).fill(1))
    }
    assert.deepEqual(verdictAt(occasion.nonce), [null])
    assert.deepEqual(verdictAt(new Uint8Array(16)), ['equation'])
  })
}

test('what does not hold is not proven', () => {
  assert.throws(() => prove('quota-compliance', { used: 42 }), fault(/does not hold/))
  assert.throws(() => prove('capability-attributes', { expiry: 1_001 }), fault(/does not hold/))
})

test('a leaf that is not the own one is said to be none, with the one it should be', () => {
  const tree = { leaves: [1, 2], index: 1 }
  assert.throws(() => prove('audit-inclusion', { tree }), fault(/leaf 1 of the tree is not .*, \d{70,}/))
  const own = /makes, (\d+)/.exec(String(thrownBy(() => prove('audit-inclusion', { tree }))))?.[1]
  assert.equal(prove('audit-inclusion', { tree: { leaves: [1, own], index: 1 } }).inputs.length, 3)
})

test('a place in a tree shows what the whole tree does, and no other place', () => {
  const leaf = eventLeaf({ first: BigInt(`0x${'ab'.repeat(16)}`), last: BigInt(`0x${'ab'.repeat(16)}`) })
  const leaves = [1n, 2n, leaf, 3n, 4n]
  const [root] = prove('audit-inclusion', { tree: { leaves: leaves.map(String), index: 2 } }).inputs
  const { place } = treeOf(eventTree, leaves, 2)
  const others = place.others.map(String)
  const rootAt = (index: number, all = others) =>
    prove('audit-inclusion', { place: { index, others: all } }).inputs[0]
  assert.equal(rootAt(2), root)
  assert.notEqual(rootAt(3), root)
  assert.notEqual(rootAt(2, others.with(0, '9')), root)
})

test('a witness is refused by the name of what is wrong with it', () => {
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ used: undefined }, /used is a whole number/],
    [{ used: -1 }, /used is a whole number/],
    [{ used: '0x' }, /used is a whole number/],
    [{ key: `0x${'f'.repeat(64)}` }, /key is a whole number below r/],
    [{ colour: 1 }, /asks for no field colour/],
    [{ tree: 5 }, /JSON object/],
    [{ tree: { leaves: [1] } }, /lacks index/],
    [{ tree: { leaves: 1, index: 0 } }, /leaves are a list/],
    [{ tree: { leaves: Array.from({ length: 8_193 }, () => 1), index: 0 } }, /at most 8192/],
    [{ tree: { leaves: [1], index: 1 } }, /no leaf 1/],
    [{ tree: { leaves: [1], index: 0, more: 1 } }, /no field more/],
    [{ place: { index: 0, others: [1] } }, /others, a list of 13 numbers/],
    [{ place: { index: 8_192, others: Array.from({ length: 13 }, () => 1) } }, /index, below 8192/],
    [{ place: { index: 0, others: Array.from({ length: 13 }, () => 'x') } }, /one of others is a whole/],
    [{ place: { index: 0, others: [], depth: 3 } }, /no field depth/],
    [{ place: { index: 0, others: [] }, tree: { leaves: [1], index: 0 } }, /a tree or a place/],
  ]
  for (const [changed, message] of cases)
    assert.throws(() => prove('quota-compliance', changed), fault(message))
  assert.throws(() => prove('audit-inclusion', { event: 'ab' }), fault(/event is a hash/))
  for (const witness of [null, [], 'x'])
    assert.throws(
      () => proveStatement('audit-inclusion', witness, occasion, seeded('x')),
      fault(/JSON object/),
    )
})

function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (thrown) {
    return thrown
  }
  return null
}
