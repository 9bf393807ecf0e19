import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'
import { cheating, goodClaim, honest } from '../proving/stark/claims.fixture.ts'
import { KeyFault, type Claim, type Verdict } from '../snark/verifier.ts'
import { order } from './field.ts'
import { at, capBytes, openingBytes, proofBytes, treeBytes, trees } from './layout.ts'
import { parameters, queries } from './parameters.ts'
import { openStark } from './stark.ts'

const random = seededRandom()
const verifier = await openStark(Buffer.from(parameters))
const [good, another] = [goodClaim(), goodClaim()]
const [root, event, context] = honest.inputs

function verdicts(...claims: readonly Claim[]): Verdict[] {
  return verifier.verify(claims, new Uint8Array(0))
}

/** The good proof with another byte somewhere. */
function flipped(offset: number, bit = 1): Claim {
  const proof = Uint8Array.from(good.proof)
  proof[offset] = (proof[offset] ?? 0) ^ bit
  return { ...good, proof }
}

/** Where each part of the proof begins and ends. */
const parts: readonly (readonly [name: string, from: number, to: number])[] = [
  ...trees.map((_, tree) => [`cap ${tree}`, tree * capBytes, (tree + 1) * capBytes] as const),
  ['columns at z', at.columnsAtZ, at.columnsAtNext],
  ['columns at g·z', at.columnsAtNext, at.segmentsAtZ],
  ['segments at z', at.segmentsAtZ, at.final],
  ['final coefficients', at.final, at.nonce],
  ['nonce', at.nonce, at.openings],
]

test('two proofs of one claim hold, and have nothing in common but their length', () => {
  assert.deepEqual(verdicts(good, another), [null, null])
  assert.equal(good.proof.length, proofBytes)
  const same = good.proof.filter((byte, offset) => byte === another.proof[offset]).length
  assert.ok(same < proofBytes / 100, `${same} bytes are the same`)
})

test('a proof is one of its root, its event and its context', () => {
  const other = (input: Uint8Array) => input.map((byte, offset) => (offset === 31 ? byte ^ 1 : byte))
  assert.deepEqual(
    verdicts(
      { ...good, inputs: [other(root), event, context] },
      { ...good, inputs: [root, other(event), context] },
      { ...good, inputs: [root, event, other(context)] },
      { ...good, inputs: [event, root, context].map((input) => input.map((byte) => byte & 0x7e)) },
    ),
    ['equation', 'equation', 'equation', 'equation'],
  )
})

for (const { name, claim } of cheating) {
  test(`a prover proves nothing with ${name}`, () => {
    assert.deepEqual(verdicts(claim()), ['equation'])
  })
}

for (const [name, from, to] of parts) {
  test(`no byte of ${name} can be another`, () => {
    // Every byte of what is short, and of a cap one of each of its hashes.
    const step = to - from > 1_000 ? 31 : 1
    for (let offset = from; offset < to; offset += step) {
      assert.notDeepEqual(verdicts(flipped(offset)), [null], `byte ${offset}`)
    }
  })
}

test('no byte of an opening can be another, of the first every one and of each other some', () => {
  for (let offset = at.openings; offset < at.openings + openingBytes; offset++) {
    assert.notDeepEqual(verdicts(flipped(offset)), [null], `byte ${offset}`)
  }
  for (let query = 1; query < queries; query++) {
    let offset = at.openings + query * openingBytes
    for (const tree of trees) {
      const places = [offset, offset + tree.leafBytes - 1, offset + treeBytes(tree) - 1]
      for (const place of places) assert.notDeepEqual(verdicts(flipped(place)), [null], `byte ${place}`)
      offset += treeBytes(tree)
    }
  }
})

test('an element that is not below p is refused by its looks, wherever it is, though it stands for the same', () => {
  const view = new DataView(good.proof.buffer, good.proof.byteOffset)
  const elements: number[] = []
  for (let offset = at.columnsAtZ; offset < at.nonce; offset += 4) elements.push(offset)
  let leaf = at.openings
  for (let query = 0; query < queries; query++) {
    for (const tree of trees) {
      elements.push(leaf, leaf + 4 * tree.elements - 4)
      leaf += treeBytes(tree)
    }
  }
  assert.equal(leaf, proofBytes)
  for (const offset of elements) {
    const proof = Uint8Array.from(good.proof)
    new DataView(proof.buffer).setUint32(offset, view.getUint32(offset, true) + order, true)
    assert.deepEqual(verdicts({ ...good, proof }), ['encoding'], `byte ${offset}`)
  }
})

test('a proof of any other length is none', () => {
  const { proof, inputs } = good
  const lengths = [
    new Uint8Array(0),
    proof.subarray(1),
    proof.subarray(0, -1),
    proof.subarray(0, -openingBytes),
    Buffer.concat([proof, Uint8Array.of(0)]),
    Buffer.concat([proof, proof]),
  ]
  for (const one of lengths) assert.deepEqual(verdicts({ proof: one, inputs }), ['length'])
})

test('inputs are three, each of 32 bytes, and a root is written in one way', () => {
  assert.deepEqual(verdicts({ ...good, inputs: [root, event] }), ['inputs'])
  assert.deepEqual(verdicts({ ...good, inputs: [root, event, context, context] }), ['inputs'])
  assert.deepEqual(verdicts({ ...good, inputs: [root.subarray(1), event, context] }), ['range'])
  assert.deepEqual(verdicts({ ...good, inputs: [root, event, Buffer.concat([context, context])] }), ['range'])
  for (let element = 0; element < 8; element++) {
    const same = Uint8Array.from(root)
    const view = new DataView(same.buffer)
    view.setUint32(4 * element, view.getUint32(4 * element) + order)
    assert.deepEqual(verdicts({ ...good, inputs: [same, event, context] }), ['range'])
  }
})

test('openings and caps of another proof do not fit, good as that is', () => {
  for (const [from, to] of [
    ...parts.map(([, from, to]) => [from, to] as const),
    [at.openings, at.openings + openingBytes] as const,
    [at.openings, proofBytes] as const,
    [0, at.openings] as const,
  ]) {
    const proof = Uint8Array.from(good.proof)
    proof.set(another.proof.subarray(from, to), from)
    assert.deepEqual(verdicts({ ...good, proof }), ['equation'], `from ${from}`)
  }
  const swapped = Buffer.concat([
    good.proof.subarray(0, at.openings),
    good.proof.subarray(at.openings + openingBytes, at.openings + 2 * openingBytes),
    good.proof.subarray(at.openings, at.openings + openingBytes),
    good.proof.subarray(at.openings + 2 * openingBytes),
  ])
  assert.deepEqual(verdicts({ ...good, proof: swapped }), ['equation'])
})

test('garbage is refused, whether it is well-formed or not', () => {
  for (let at = 0; at < 20; at++) {
    const garbage = random.bytes(proofBytes)
    assert.deepEqual(verdicts({ ...good, proof: garbage }), ['encoding'])
    const formed = garbage.map((byte, offset) => (offset % 4 === 3 ? byte & 0x3f : byte))
    assert.deepEqual(verdicts({ ...good, proof: formed }), ['equation'])
  }
  assert.deepEqual(verdicts({ ...good, proof: new Uint8Array(proofBytes) }), ['equation'])
  assert.deepEqual(verdicts({ ...good, proof: new Uint8Array(proofBytes).fill(0xff) }), ['encoding'])
})

test('in a batch each claim gets the verdict it gets alone', () => {
  const [bad, short] = [flipped(0), { ...good, proof: good.proof.subarray(1) }]
  assert.deepEqual(verdicts(), [])
  assert.deepEqual(verdicts(good, bad, another, short, good), [null, 'equation', null, 'length', null])
})

test('there is one key, which is the parameters', async () => {
  for (const key of [
    Buffer.from(''),
    Buffer.from(`${parameters} `),
    Buffer.from(parameters.replace('40', '39')),
  ]) {
    await assert.rejects(openStark(key), KeyFault)
  }
})
