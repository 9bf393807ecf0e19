/**
 * What every implementation of ML-KEM-768 must do. Those that draw the randomness of an encapsulation themselves meet the
 * known answers with ciphertexts of the reference; that reference and implementation open each other's holds the rest.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sha256 } from '@noble/hashes/sha2.js'
import { shake128 } from '@noble/hashes/sha3.js'
import fc from 'fast-check'
import { concatBytes, equalBytes, fromHex, toHex } from '../oap/bytes.ts'
import { mlKemBytes, type MlKem } from './ml-kem.ts'
import { portableMlKem } from './ml-kem-portable.ts'
import { accumulated, mlKemKeyGen } from './vectors.fixture.ts'

/** Whether these bytes come out of it, rather than others or an error. */
export function same(make: () => Uint8Array, bytes: Uint8Array): boolean {
  try {
    return equalBytes(make(), bytes)
  } catch {
    return false
  }
}

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

export function mlKemSuite(mlKem: MlKem): void {
  const name = `ML-KEM-768 by ${mlKem.by}`

  test(`${name} makes the key of the ACVP vector, by its hash`, () => {
    const { d, z, ekBegin, ekSha256 } = mlKemKeyGen
    const { publicKey } = mlKem.keyFrom(concatBytes([fromHex(d), fromHex(z)]))
    assert.equal(toHex(publicKey.subarray(0, 64)), ekBegin)
    assert.equal(toHex(sha256(publicKey)), ekSha256)
  })

  test(`${name} makes keys and secrets of CCTV's sum over a hundred rounds, rejections with them`, () => {
    const drawn = shake128.create()
    const sum = shake128.create()
    for (let round = 0; round < accumulated.rounds; round++) {
      const key = mlKem.keyFrom(drawn.xof(mlKemBytes.seed))
      const reference = portableMlKem.peer(key.publicKey)
      const { ciphertext, shared } = reference.encapsulate(drawn.xof(mlKemBytes.drawn))
      assert.deepEqual(key.decapsulate(ciphertext), shared)
      const rejected = key.decapsulate(drawn.xof(mlKemBytes.ciphertext))
      for (const part of [key.publicKey, ciphertext, shared, rejected]) sum.update(part)
    }
    assert.equal(toHex(sum.xof(32)), accumulated.sum)
  })

  test(`${name} and the reference open what the other made, and reject alike what neither did`, () => {
    fc.assert(
      fc.property(bytes(64), bytes(32), fc.nat(mlKemBytes.ciphertext * 8 - 1), (seed, draw, bit) => {
        const [ours, theirs] = [mlKem.keyFrom(seed), portableMlKem.keyFrom(seed)]
        assert.deepEqual(ours.publicKey, theirs.publicKey)
        for (const by of [mlKem, portableMlKem]) {
          const { ciphertext, shared } = by.peer(ours.publicKey).encapsulate(draw)
          assert.equal(ciphertext.length, mlKemBytes.ciphertext)
          assert.deepEqual(ours.decapsulate(ciphertext), shared)
          assert.deepEqual(theirs.decapsulate(ciphertext), shared)
          ciphertext[bit >> 3] = (ciphertext[bit >> 3] ?? 0) ^ (1 << (bit & 7))
          const rejected = ours.decapsulate(ciphertext)
          assert.notDeepEqual(rejected, shared)
          assert.deepEqual(theirs.decapsulate(ciphertext), rejected)
        }
      }),
      { numRuns: 25 },
    )
  })

  test(`${name} copies the seed of a key, and opens nothing once that is destroyed`, () => {
    const seed = new Uint8Array(mlKemBytes.seed).fill(1)
    const key = mlKem.keyFrom(seed)
    seed.fill(2)
    const { ciphertext, shared } = mlKem.peer(key.publicKey).encapsulate(new Uint8Array(32).fill(3))
    assert.deepEqual(key.decapsulate(ciphertext), shared)
    key.destroy()
    assert.ok(!same(() => key.decapsulate(ciphertext), shared))
  })

  test(`${name} refuses what is no seed, no public key and no ciphertext`, () => {
    const draw = new Uint8Array(mlKemBytes.drawn)
    const { publicKey, decapsulate } = mlKem.keyFrom(new Uint8Array(mlKemBytes.seed))
    const unreduced = Uint8Array.from(publicKey).fill(0xff, 0, 384)
    for (const wrong of [unreduced, publicKey.subarray(1), concatBytes([publicKey, Uint8Array.of(0)])])
      assert.throws(() => mlKem.peer(wrong).encapsulate(draw))
    for (const length of [0, mlKemBytes.ciphertext - 1, mlKemBytes.ciphertext + 1])
      assert.throws(() => decapsulate(new Uint8Array(length)))
    for (const length of [32, 63, 65]) assert.throws(() => mlKem.keyFrom(new Uint8Array(length)))
  })
}
