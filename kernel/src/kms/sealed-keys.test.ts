import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../system/seeded-random.fixture.ts'
import { openKeys, sealKeys, SealedKeysError, type KeptTrust } from './sealed-keys.ts'

const unsealing = new Uint8Array(32).fill(7)
const secret = new Uint8Array(32).fill(0xab)
const trust: KeptTrust = {
  keys: [
    { purpose: 'capability-root', version: 1, madeAtMs: 5, goneAtMs: 9, secret },
    {
      purpose: 'capability-root',
      version: 2,
      madeAtMs: 6,
      goneAtMs: null,
      secret: new Uint8Array(32).fill(3),
    },
  ],
  revocations: [
    {
      key: 'id v1:a',
      by: 'identifier',
      what: 'v1:a',
      untilMs: Number.POSITIVE_INFINITY,
      mintedBeforeMs: null,
    },
    { key: '\u0000\u00ff', by: 'signature', what: 'v1:b', untilMs: 17, mintedBeforeMs: null },
  ],
}
const random = seededRandom(3)
const seal = () => sealKeys(unsealing, trust, (length) => random.bytes(length))
const because = (pattern: RegExp) => (thrown: unknown) =>
  thrown instanceof SealedKeysError && pattern.test(thrown.message)

test('what was sealed is opened with the same key, and no secret lies in it', () => {
  const sealed = seal()
  assert.deepEqual(openKeys(unsealing, sealed), trust)
  assert.equal(Buffer.from(sealed).includes(Buffer.from(secret)), false)
  assert.equal(Buffer.from(sealed).includes(Buffer.from(secret).toString('hex')), false)
  assert.notDeepEqual(seal(), sealed, 'every seal has a salt of its own')
})

test('another unsealing key, a changed byte and a cut each are told apart', () => {
  const sealed = seal()
  assert.throws(() => openKeys(new Uint8Array(32).fill(8), sealed), because(/another unsealing key/))
  for (let at = 0; at < sealed.length; at++) {
    const changed = Uint8Array.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    assert.throws(() => openKeys(unsealing, changed), SealedKeysError, `byte ${at}`)
  }
  const changed = Uint8Array.from(sealed)
  changed[sealed.length - 20] = 0x55 ^ (changed[sealed.length - 20] ?? 0)
  assert.throws(() => openKeys(unsealing, changed), because(/was changed since it was sealed/))
  for (const length of [4, 60, 79, sealed.length - 1])
    assert.throws(() => openKeys(unsealing, sealed.subarray(0, length)), because(/cut short/))
  assert.throws(() => openKeys(unsealing, Buffer.from('-----BEGIN')), because(/holds no sealed keys/))
})
