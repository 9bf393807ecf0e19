/** What every implementation of `Primitives` must do. */

import assert from 'node:assert/strict'
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { fromHex, toHex } from '../oap/bytes.ts'
import { tagBytes, type Primitives } from './primitives.ts'

export function primitivesSuite(name: string, primitives: Primitives): void {
  test(`${name}: a public key of X25519 is that of RFC 7748 §6.1, and two sides agree`, () => {
    const alice = new Uint8Array(32).fill(7)
    const bob = fromHex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb')
    const [a, b] = [primitives.x25519Public(alice), primitives.x25519Public(bob)]
    assert.equal(toHex(b), 'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f')
    assert.deepEqual(primitives.x25519(alice, b), primitives.x25519(bob, a))
  })

  test(`${name}: hashes of parts are those of the whole`, () => {
    const [a, b] = [Buffer.from('one'), Buffer.from('two')]
    const whole = createHash('sha256').update('onetwo').digest()
    assert.deepEqual(Buffer.from(primitives.sha256([a, b])), whole)
    for (const key of [Buffer.alloc(0), a]) {
      const expected = createHmac('sha256', key).update(b).digest()
      assert.deepEqual(Buffer.from(primitives.hmacSha256(key, b)), expected)
    }
  })

  test(`${name}: what is sealed opens under the same nonce and beside the same header, and not otherwise`, () => {
    const aead = primitives.aead(new Uint8Array(32).fill(1))
    const [nonce, aad] = [new Uint8Array(12).fill(2), Buffer.from('header')]
    for (const length of [0, 1, 16, 70_000]) {
      const plain = new Uint8Array(length).fill(3)
      const sealed = new Uint8Array(length + tagBytes)
      aead.seal(nonce, aad, plain, sealed)
      assert.deepEqual(Buffer.from(aead.open(nonce, aad, sealed) ?? 'none'), Buffer.from(plain))
      assert.equal(aead.open(new Uint8Array(12), aad, sealed), null)
      assert.equal(aead.open(nonce, Buffer.from('heaDer'), sealed), null)
      assert.equal(aead.open(nonce, aad, sealed.subarray(1)), null)
      const touched = Uint8Array.from(sealed)
      touched[length >> 1] = (touched[length >> 1] ?? 0) ^ 1
      assert.equal(aead.open(nonce, aad, touched), null)
    }
    assert.equal(aead.open(nonce, aad, new Uint8Array(tagBytes - 1)), null)
  })

  test(`${name}: AES-256-GCM is that of the GCM specification, test case 14`, () => {
    const sealed = new Uint8Array(32)
    primitives
      .aead(new Uint8Array(32))
      .seal(new Uint8Array(12), new Uint8Array(0), new Uint8Array(16), sealed)
    assert.equal(toHex(sealed), 'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919')
  })

  test(`${name}: a key is copied, and overwritten when it is destroyed`, () => {
    const key = new Uint8Array(32).fill(1)
    const [aead, other] = [primitives.aead(key), primitives.aead(new Uint8Array(32))]
    key.fill(9)
    const sealWith = (by: typeof aead) => {
      const sealed = new Uint8Array(tagBytes + 1)
      by.seal(new Uint8Array(12), new Uint8Array(0), Uint8Array.of(7), sealed)
      return toHex(sealed)
    }
    assert.equal(sealWith(aead), sealWith(primitives.aead(new Uint8Array(32).fill(1))))
    aead.destroy()
    assert.equal(sealWith(aead), sealWith(other), 'all that is left of the key is zeros')
    assert.throws(() => primitives.aead(new Uint8Array(16)), /32 bytes/)
  })

  test(`${name}: a signature verifies for its key and its message, and nothing else does`, () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const key = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32))
    const message = Buffer.from('message')
    const signature = sign(null, message, privateKey)
    assert.equal(primitives.verify(key, message, signature), true)
    assert.equal(primitives.verify(key, Buffer.from('massage'), signature), false)
    assert.equal(primitives.verify(key.toReversed(), message, signature), false)
    assert.equal(primitives.verify(key.subarray(1), message, signature), false)
    assert.equal(primitives.verify(key, message, signature.subarray(1)), false)
  })
}
