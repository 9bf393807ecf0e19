import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ml_kem768_x25519 } from '@noble/post-quantum/hybrid.js'
import { fromHex, toHex } from '../oap/bytes.ts'
import { portableMlKem } from './ml-kem-portable.ts'
import { same } from './ml-kem.suite.ts'
import { native } from './native.ts'
import { nativeTools } from './native-tools.ts'
import { portableTools } from './tools.ts'
import { xWing, xWingFirst } from './vectors.fixture.ts'
import { xWing as xWingOf } from './x-wing.ts'

/** Of these three the second draws as it is told, as the first does, so that what it makes is known. */
const ways = {
  portable: portableTools().xWing,
  told: xWingOf({ ...native, x25519Drawn: native.x25519 }, portableMlKem),
  native: (await nativeTools()).xWing,
}
const drawn = fromHex('03'.repeat(64))

for (const [name, { keyFrom, peer }] of Object.entries(ways)) {
  test(`X-Wing agrees with the vectors of the draft (${name})`, () => {
    for (const { seed, eseed, ss } of xWing) {
      const key = keyFrom(fromHex(seed))
      const made = ml_kem768_x25519.encapsulate(key.publicKey, fromHex(eseed))
      assert.equal(toHex(key.decapsulate(made.cipherText)), ss)
      if (seed === xWing[0].seed) assert.equal(toHex(key.publicKey), xWingFirst.pk)
      if (name === 'native') continue
      const { ciphertext, shared } = peer(key.publicKey).encapsulate(fromHex(eseed))
      assert.equal(toHex(shared), ss)
      if (seed === xWing[0].seed) assert.equal(toHex(ciphertext), xWingFirst.ct)
    }
  })

  test(`X-Wing and another implementation of it open what the other made (${name})`, () => {
    const seed = fromHex('5a'.repeat(32))
    const other = ml_kem768_x25519.keygen(seed)
    const key = keyFrom(seed)
    assert.deepEqual(key.publicKey, other.publicKey)
    const made = ml_kem768_x25519.encapsulate(key.publicKey, drawn)
    assert.deepEqual(key.decapsulate(made.cipherText), made.sharedSecret)
    const { ciphertext, shared } = peer(key.publicKey).encapsulate(drawn)
    assert.deepEqual(ml_kem768_x25519.decapsulate(ciphertext, other.secretKey), shared)
  })

  test(`a ciphertext for another key gives another secret, and one that is none is refused (${name})`, () => {
    const [mine, other] = [keyFrom(fromHex('01'.repeat(32))), keyFrom(fromHex('02'.repeat(32)))]
    const { ciphertext, shared } = peer(other.publicKey).encapsulate(drawn)
    assert.notDeepEqual(mine.decapsulate(ciphertext), shared)
    assert.throws(() => mine.decapsulate(ciphertext.subarray(1)), /1120 bytes, not 1119/)
    assert.throws(() => peer(mine.publicKey.subarray(1)), /1216 bytes/)
    assert.throws(() => peer(mine.publicKey).encapsulate(drawn.subarray(32)), /64 bytes/)
    assert.throws(() => keyFrom(drawn), /32 bytes/)
    const unreduced = Uint8Array.from(mine.publicKey).fill(0xff, 0, 1184)
    assert.throws(() => peer(unreduced).encapsulate(drawn))
  })

  test(`an X25519 part of small order is refused (${name})`, () => {
    const key = keyFrom(fromHex('01'.repeat(32)))
    const { ciphertext } = peer(key.publicKey).encapsulate(drawn)
    for (const first of [0, 1]) {
      const weak = Uint8Array.from(ciphertext).fill(0, 1088)
      weak[1088] = first
      assert.throws(() => key.decapsulate(weak))
    }
  })

  test(`a key that was destroyed opens nothing (${name})`, () => {
    const key = keyFrom(fromHex('01'.repeat(32)))
    const { ciphertext, shared } = peer(key.publicKey).encapsulate(drawn)
    key.destroy()
    assert.ok(!same(() => key.decapsulate(ciphertext), shared))
  })
}
