/** What every implementation of `Primitives` must do. */

import assert from 'node:assert/strict'
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { fromHex, toHex } from '../oap/bytes.ts'
import { same } from './ml-kem.suite.ts'
import { tagBytes, type Primitives } from './primitives.ts'

export function primitivesSuite(name: string, primitives: Primitives): void {
  test(`${name}: a key of X25519 is that of RFC 7748 §6.1, and two sides agree`, () => {
    const alice = primitives.x25519(fromHex('07'.repeat(32)))
    const bob = primitives.x25519(fromHex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'))
    assert.equal(toHex(bob.publicKey), 'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f')
    assert.deepEqual(alice.agree(bob.publicKey), bob.agree(alice.publicKey))
  })

  test(`${name}: a drawn key is a key, and each is another`, () => {
    const [ours, theirs] = [1, 2].map((draw) => primitives.x25519Drawn(new Uint8Array(32).fill(draw)))
    assert.ok(ours !== undefined && theirs !== undefined)
    assert.notDeepEqual(ours.publicKey, theirs.publicKey)
    assert.deepEqual(ours.agree(theirs.publicKey), theirs.agree(ours.publicKey))
    const fixed = primitives.x25519(new Uint8Array(32).fill(3))
    assert.deepEqual(ours.agree(fixed.publicKey), fixed.agree(ours.publicKey))
  })

  test(`${name}: a key of X25519 is copied, and agrees on nothing once it is destroyed`, () => {
    const secret = new Uint8Array(32).fill(7)
    const peer = primitives.x25519(new Uint8Array(32).fill(8)).publicKey
    for (const key of [primitives.x25519(secret), primitives.x25519Drawn(secret)]) {
      const before = key.agree(peer)
      secret.fill(9)
      assert.deepEqual(key.agree(peer), before)
      key.destroy()
      assert.ok(!same(() => key.agree(peer), before), 'the secret is gone')
    }
  })

  test(`${name}: hashes of parts are those of the whole`, () => {
    const [a, b] = [Buffer.from('one'), Buffer.from('two')]
    const whole = createHash('sha256').update('onetwo').digest()
    assert.deepEqual(Buffer.from(primitives.sha256([a, b])), whole)
    const sha3 = createHash('sha3-256').update(a).digest()
    assert.deepEqual(Buffer.from(primitives.sha3256(a)), sha3)
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
      const record = aead.seal(nonce, aad, [plain])
      assert.deepEqual(
        record,
        aead.seal(nonce, aad, [plain.subarray(0, length >> 2), plain.subarray(length >> 2)]),
      )
      assert.deepEqual(Buffer.from(record.subarray(0, aad.length)), aad)
      const sealed = record.subarray(aad.length)
      assert.equal(sealed.length, length + tagBytes)
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
    const aead = primitives.aead(new Uint8Array(32))
    const sealed = aead.seal(new Uint8Array(12), new Uint8Array(0), [new Uint8Array(16)])
    assert.equal(toHex(sealed), 'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919')
  })

  test(`${name}: a key is copied, and overwritten when it is destroyed`, () => {
    const key = new Uint8Array(32).fill(1)
    const [aead, other] = [primitives.aead(key), primitives.aead(new Uint8Array(32))]
    key.fill(9)
    const sealWith = (by: typeof aead) =>
      toHex(by.seal(new Uint8Array(12), new Uint8Array(0), [Uint8Array.of(7)]))
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
