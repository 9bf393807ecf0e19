import assert from 'node:assert/strict'
import * as crypto from 'node:crypto'
import { test } from 'node:test'
import { fromHex, toHex } from '../oap/bytes.ts'
import { libOqs } from './ml-kem-liboqs.ts'
import { portableMlKem } from './ml-kem-portable.ts'
import { mlKemSuite } from './ml-kem.suite.ts'
import { nativeMlKem } from './native-ml-kem.ts'
import { nativeTools } from './native-tools.ts'
import { mlKemEncapsulation } from './vectors.fixture.ts'

const native = nativeMlKem()

for (const mlKem of [portableMlKem, await libOqs()]) mlKemSuite(mlKem)
if (native !== null) mlKemSuite(native)

test('the reference makes ciphertext and secret of the ACVP vector', () => {
  const { ek, m, c, k } = mlKemEncapsulation
  const { ciphertext, shared } = portableMlKem.peer(fromHex(ek)).encapsulate(fromHex(m))
  assert.equal(toHex(ciphertext), c.toLowerCase())
  assert.equal(toHex(shared), k.toLowerCase())
})

test('Node is asked where it can, and WebAssembly elsewhere', async () => {
  const can = Reflect.has(crypto, 'encapsulate')
  assert.equal((await nativeTools()).mlKemBy, can ? 'node:crypto' : 'liboqs')
})
