import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ml_kem768_x25519 } from '@noble/post-quantum/hybrid.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import { concatBytes, fromHex, toHex } from '../oap/bytes.ts'
import { exported, exporterSecret } from './hpke.ts'
import { native } from './native.ts'
import { portable } from './portable.ts'
import { hpkeExport, mlKemEncapsulation, mlKemKeyGen, xWing, xWingFirst } from './vectors.fixture.ts'
import { decapsulate, encapsulate, keyFrom } from './x-wing.ts'

const both = { native, portable }

test('ML-KEM-768 makes the key of the ACVP vector, by its hash', () => {
  const { d, z, ekBegin, ekSha256 } = mlKemKeyGen
  const { publicKey, secretKey } = ml_kem768.keygen(concatBytes([fromHex(d), fromHex(z)]))
  assert.equal(toHex(publicKey.subarray(0, 64)), ekBegin)
  assert.equal(toHex(native.sha256([publicKey])), ekSha256)
  assert.equal(toHex(secretKey.subarray(-32)), z)
})

test('ML-KEM-768 makes ciphertext and secret of the ACVP vector', () => {
  const { ek, m, c, k } = mlKemEncapsulation
  const { cipherText, sharedSecret } = ml_kem768.encapsulate(fromHex(ek), fromHex(m))
  assert.equal(toHex(cipherText), c.toLowerCase())
  assert.equal(toHex(sharedSecret), k.toLowerCase())
})

for (const [name, primitives] of Object.entries(both)) {
  test(`X-Wing agrees with the vectors of the draft (${name})`, () => {
    for (const { seed, eseed, ss } of xWing) {
      const key = keyFrom(fromHex(seed), primitives)
      const { ciphertext, shared } = encapsulate(key.publicKey, fromHex(eseed), primitives)
      assert.equal(toHex(shared), ss)
      assert.equal(toHex(decapsulate(key, ciphertext, primitives)), ss)
      if (seed !== xWing[0].seed) continue
      assert.equal(toHex(key.publicKey), xWingFirst.pk)
      assert.equal(toHex(ciphertext), xWingFirst.ct)
    }
  })

  test(`X-Wing agrees with another implementation of it (${name})`, () => {
    const [seed, drawn] = [fromHex('5a'.repeat(32)), fromHex('a5'.repeat(64))]
    const other = ml_kem768_x25519.keygen(seed)
    const key = keyFrom(seed, primitives)
    assert.deepEqual(key.publicKey, other.publicKey)
    const made = ml_kem768_x25519.encapsulate(key.publicKey, drawn)
    const { ciphertext, shared } = encapsulate(key.publicKey, drawn, primitives)
    assert.deepEqual([ciphertext, shared], [made.cipherText, made.sharedSecret])
    assert.deepEqual(decapsulate(key, made.cipherText, primitives), made.sharedSecret)
  })

  test(`the key schedule and the exports are those of RFC 9180 (${name})`, () => {
    const { suite, info, sharedSecret, exporterSecret: expected, exports } = hpkeExport
    const secret = exporterSecret(suite, fromHex(sharedSecret), fromHex(info), primitives)
    assert.equal(toHex(secret), expected)
    for (const { context, value } of exports)
      assert.equal(toHex(exported(suite, secret, fromHex(context), 32, primitives)), value)
  })
}

test('a ciphertext for another key gives another secret, and one that is none is refused', () => {
  const [mine, other] = [keyFrom(fromHex('01'.repeat(32)), native), keyFrom(fromHex('02'.repeat(32)), native)]
  const { ciphertext, shared } = encapsulate(other.publicKey, fromHex('03'.repeat(64)), native)
  assert.notDeepEqual(decapsulate(mine, ciphertext, native), shared)
  assert.throws(() => decapsulate(mine, ciphertext.subarray(1), native), /1120 bytes, not 1119/)
  assert.throws(() => encapsulate(mine.publicKey.subarray(1), fromHex('03'.repeat(64)), native), /1216 bytes/)
  assert.throws(() => encapsulate(mine.publicKey, fromHex('03'.repeat(32)), native), /draws 64 bytes/)
  const unreduced = Uint8Array.from(mine.publicKey).fill(0xff, 0, 1184)
  assert.throws(() => encapsulate(unreduced, fromHex('03'.repeat(64)), native))
})

for (const [name, primitives] of Object.entries(both)) {
  test(`an X25519 part of small order is refused (${name})`, () => {
    const key = keyFrom(fromHex('01'.repeat(32)), primitives)
    const { ciphertext } = encapsulate(key.publicKey, fromHex('03'.repeat(64)), primitives)
    for (const first of [0, 1]) {
      const weak = Uint8Array.from(ciphertext).fill(0, 1088)
      weak[1088] = first
      assert.throws(() => decapsulate(key, weak, primitives))
    }
  })
}

test('no more is exported than HKDF can make', () => {
  const secret = fromHex('07'.repeat(32))
  assert.equal(exported(hpkeExport.suite, secret, secret, 255 * 32, native).length, 255 * 32)
  assert.throws(() => exported(hpkeExport.suite, secret, secret, 255 * 32 + 1, native), /at most 8160/)
})
