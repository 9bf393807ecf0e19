import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '../oap/bytes.ts'
import { exported, exporterSecret } from './hpke.ts'
import { native } from './native.ts'
import { portable } from './portable.ts'
import { hpkeExport } from './vectors.fixture.ts'

for (const [name, primitives] of Object.entries({ native, portable })) {
  test(`the key schedule and the exports are those of RFC 9180 (${name})`, () => {
    const { suite, info, sharedSecret, exporterSecret: expected, exports } = hpkeExport
    const secret = exporterSecret(suite, fromHex(sharedSecret), fromHex(info), primitives)
    assert.equal(toHex(secret), expected)
    for (const { context, value } of exports)
      assert.equal(toHex(exported(suite, secret, fromHex(context), 32, primitives)), value)
  })
}

test('no more is exported than HKDF can make', () => {
  const secret = fromHex('07'.repeat(32))
  assert.equal(exported(hpkeExport.suite, secret, secret, 255 * 32, native).length, 255 * 32)
  assert.throws(() => exported(hpkeExport.suite, secret, secret, 255 * 32 + 1, native), /at most 8160/)
})
