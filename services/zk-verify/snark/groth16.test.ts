import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'
import { scalarToBytes } from '../proving/field.ts'
import { prove, proveAnyway } from '../proving/groth16.ts'
import {
  badClaim,
  goodClaim,
  othersKey,
  productsCircuit,
  productsKey,
  productsProvingKey,
} from '../proving/products.fixture.ts'
import { seeded } from '../proving/trapdoor.ts'
import { attacks, g1Bytes } from './attacks.fixture.ts'
import { openGroth16 } from './groth16.ts'
import { holds } from './groth16.oracle.ts'
import { keyParts, proofParts } from './groth16-bytes.ts'
import { KeyFault, weightBytes, type Claim, type Verdict } from './verifier.ts'

const random = seededRandom()
const verifier = await openGroth16(productsKey)
const others = await openGroth16(othersKey)

function verdicts(claims: readonly Claim[], from = verifier): Verdict[] {
  return from.verify(claims, random.bytes(claims.length * weightBytes))
}

test('a proof that was made from a witness holds, and so says the oracle', () => {
  const circuit = productsCircuit(5n, 7n, 99n)
  const proof = prove(circuit, productsProvingKey(), seeded('blinding'))
  const claim = { proof, inputs: [35n, 12n, 99n].map(scalarToBytes) }
  assert.deepEqual(verdicts([claim]), [null])
  assert.equal(holds(productsKey, claim), true)
  const untrue = { proof, inputs: [36n, 12n, 99n].map(scalarToBytes) }
  assert.deepEqual(verdicts([untrue]), ['equation'])
  assert.equal(holds(productsKey, untrue), false)
})

test('a prover without a witness has nothing to prove, and one that does not care proves nothing', () => {
  const key = productsProvingKey()
  const lie = productsCircuit(5n, 7n, 99n, 36n)
  assert.throws(() => prove(lie, key, seeded('blinding')), /breaks constraint 0/)
  const proof = proveAnyway(lie, key, seeded('blinding'))
  assert.deepEqual(verdicts([{ proof, inputs: [36n, 12n, 99n].map(scalarToBytes) }]), ['equation'])
})

for (const { name, fault, on } of attacks) {
  test(`refused as ${fault}: ${name}`, () => {
    const good = goodClaim(35n, 12n, 99n)
    const attack = on(good)
    assert.deepEqual(verdicts([good]), [null])
    assert.deepEqual(verdicts([attack]), [fault])
    assert.equal(holds(productsKey, attack), false)
    assert.deepEqual(verdicts([good, attack, good]), [null, fault, null])
  })
}

test('a proof under another key of the same circuit proves nothing', () => {
  const claim = goodClaim(35n, 12n, 99n)
  assert.deepEqual(verdicts([claim], others), ['equation'])
  assert.equal(holds(othersKey, claim), false)
})

test('inputs at both ends of the field are taken', () => {
  const { Fr } = bls12_381.fields
  assert.deepEqual(verdicts([goodClaim(0n, 0n, 0n), goodClaim(Fr.ORDER - 1n, 0n, 1n)]), [null, null])
})

test('a proof can be written in other ways that hold, so its bytes name nothing', () => {
  const { proof, inputs } = goodClaim(35n, 12n, 99n)
  const { a, b, c } = proofParts(proof)
  const flip = (bytes: Uint8Array) => bytes.map((byte, at) => (at === 0 ? byte ^ 0x20 : byte))
  assert.deepEqual(verdicts([{ proof: Buffer.concat([flip(a), flip(b), c]), inputs }]), [null])
})

test('in any batch each claim gets the verdict it gets alone, wherever the bad ones are', () => {
  const anyClaim = fc.constantFrom('good', 'bad', 'worse').map((kind) => {
    if (kind === 'good') return goodClaim(1n, 2n, 3n)
    const bad = badClaim(1n, 2n, 3n)
    return kind === 'bad'
      ? bad
      : { ...bad, proof: bad.proof.map((byte, at) => (at === 0 ? byte | 0xc0 : byte)) }
  })
  fc.assert(
    fc.property(fc.array(anyClaim, { maxLength: 12 }), (claims) => {
      assert.deepEqual(
        verdicts(claims),
        claims.map((claim) => verdicts([claim])[0]),
      )
    }),
    { numRuns: 12, seed: 1 },
  )
})

test('a batch of nothing but bad claims, and one with a single bad one at either end, are told apart', () => {
  const [good, bad] = [goodClaim(1n, 2n, 3n), badClaim(1n, 2n, 3n)]
  assert.deepEqual(verdicts([]), [])
  assert.deepEqual(verdicts([bad, bad, bad]), ['equation', 'equation', 'equation'])
  assert.deepEqual(verdicts([bad, good, good, good, good]), ['equation', null, null, null, null])
  assert.deepEqual(verdicts([good, good, good, good, bad]), [null, null, null, null, 'equation'])
})

test('two bad proofs that cancel each other out are both refused, which is what weights are for', () => {
  const [one, other] = [goodClaim(1n, 2n, 3n), goodClaim(4n, 5n, 6n)]
  const difference = bls12_381.G1.Point.BASE
  const moved = ({ proof, inputs }: Claim, by: typeof difference) => {
    const { a, b, c } = proofParts(proof)
    const point = bls12_381.G1.Point.fromBytes(c).add(by)
    return { proof: Buffer.concat([a, b, g1Bytes(point)]), inputs }
  }
  const pair = [moved(one, difference), moved(other, difference.negate())]
  assert.deepEqual(verdicts(pair), ['equation', 'equation'])
  const known = new Uint8Array(pair.length * weightBytes).map((_, at) => (at % weightBytes === 0 ? 1 : 0))
  assert.deepEqual(verifier.verify(pair, known), [null, null])
})

test('a weight of zero would believe its claim, so it is none', () => {
  const claims = [badClaim(1n, 2n, 3n), badClaim(4n, 5n, 6n)]
  const none = new Uint8Array(claims.length * weightBytes)
  assert.deepEqual(verifier.verify(claims, none), ['equation', 'equation'])
})

test('a batch without a weight for each claim is a mistake of the caller', () => {
  const claims = [goodClaim(1n, 2n, 3n), goodClaim(1n, 2n, 3n)]
  assert.throws(() => verifier.verify(claims, new Uint8Array(2 * weightBytes - 1)), /no weight for claim 1/)
})

test('a key is refused when a point of it is none, or when it has a length that no key has', async () => {
  const parts = keyParts(productsKey)
  assert.deepEqual([verifier.inputs, parts.inputs.length], [3, 4])
  const faulty = (message: RegExp) => (cause: unknown) =>
    cause instanceof KeyFault && message.test(cause.message)
  await assert.rejects(openGroth16(productsKey.subarray(1)), faulty(/verifying key of 527 bytes/))
  await assert.rejects(openGroth16(productsKey.subarray(0, 336 + 48)), faulty(/verifying key of 384 bytes/))
  await assert.rejects(openGroth16(new Uint8Array(336 + 18 * 48)), faulty(/1 to 16 public inputs/))
  const changed = (at: number, byte: number) =>
    Uint8Array.from(productsKey, (old, i) => (i === at ? byte : old))
  await assert.rejects(openGroth16(changed(0, 0)), faulty(/alpha of the verifying key is no point/))
  await assert.rejects(openGroth16(changed(48, 0xc0)), faulty(/beta of the verifying key is no point/))
  await assert.rejects(openGroth16(changed(336, 0xc0)), faulty(/input 0 of the verifying key is no point/))
})
