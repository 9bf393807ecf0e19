/** What every implementation of ML-DSA-65 must do. Each hedges its signatures, so known answers are of the reference. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shake128 } from '@noble/hashes/sha3.js'
import { ml_dsa65 } from '@noble/post-quantum/ml-dsa.js'
import fc from 'fast-check'
import { mlDsaBytes, type MlDsa } from '@ron/kernel/ports/ml-dsa'
import { concatBytes, noBytes, toHex } from '../oap/bytes.ts'
import { portableMlDsa } from './ml-dsa-portable.ts'
import { accumulatedSignatures } from './vectors.fixture.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

export function mlDsaSuite(mlDsa: MlDsa): void {
  const name = `ML-DSA-65 by ${mlDsa.by}`

  test(`${name} makes the keys of CCTV's sum over a hundred rounds, and holds their signatures good`, () => {
    const drawn = shake128.create()
    const sum = shake128.create()
    for (let round = 0; round < accumulatedSignatures.rounds; round++) {
      const seed = drawn.xof(mlDsaBytes.seed)
      const { publicKey } = mlDsa.keyFrom(seed)
      const signature = ml_dsa65.sign(noBytes, ml_dsa65.keygen(seed).secretKey, { extraEntropy: false })
      assert.ok(mlDsa.verify(publicKey, noBytes, signature))
      sum.update(publicKey).update(signature)
    }
    assert.equal(toHex(sum.xof(32)), accumulatedSignatures.sum)
  })

  test(`${name} and the reference hold good what the other signed, and nothing that was changed`, () => {
    fc.assert(
      fc.property(bytes(32), fc.uint8Array(), fc.nat(), (seed, message, nth) => {
        for (const [signs, verifies] of [
          [mlDsa, portableMlDsa],
          [portableMlDsa, mlDsa],
        ] as const) {
          const key = signs.keyFrom(seed)
          const signature = key.sign(message)
          assert.equal(signature.length, mlDsaBytes.signature)
          assert.ok(verifies.verify(key.publicKey, message, signature))
          assert.ok(!verifies.verify(key.publicKey, concatBytes([message, Uint8Array.of(0)]), signature))
          assert.ok(!verifies.verify(key.publicKey, message, flipped(signature, nth)))
          assert.ok(!verifies.verify(flipped(key.publicKey, nth), message, signature))
        }
      }),
      { numRuns: 10 },
    )
  })

  test(`${name} copies the seed of a key, and signs nothing once that is destroyed`, () => {
    const seed = new Uint8Array(mlDsaBytes.seed).fill(1)
    const key = mlDsa.keyFrom(seed)
    seed.fill(2)
    assert.ok(mlDsa.verify(key.publicKey, noBytes, key.sign(noBytes)))
    key.destroy()
    assert.throws(() => key.sign(noBytes), /given up/)
  })

  test(`${name} refuses what is no seed, and holds nothing good that is no key or no signature`, () => {
    for (const length of [0, 31, 33]) assert.throws(() => mlDsa.keyFrom(new Uint8Array(length)))
    const key = mlDsa.keyFrom(new Uint8Array(mlDsaBytes.seed))
    const signature = key.sign(noBytes)
    for (const wrong of [noBytes, signature.subarray(1), concatBytes([signature, Uint8Array.of(0)])])
      assert.ok(!mlDsa.verify(key.publicKey, noBytes, wrong))
    for (const wrong of [noBytes, key.publicKey.subarray(1), concatBytes([key.publicKey, Uint8Array.of(0)])])
      assert.ok(!mlDsa.verify(wrong, noBytes, signature))
  })
}

function flipped(from: Uint8Array, nth: number): Uint8Array {
  const bit = nth % (from.length * 8)
  return from.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
}
