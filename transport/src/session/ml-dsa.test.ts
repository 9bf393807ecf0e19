import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { portableMlDsa } from './ml-dsa-portable.ts'
import { mlDsaSuite } from './ml-dsa.suite.ts'
import { nativeMlDsa } from './native-ml-dsa.ts'
import { nativeTools } from './native-tools.ts'

const native = nativeMlDsa()

mlDsaSuite(portableMlDsa)
if (native !== null) mlDsaSuite(native)

test('Node is asked where it can, and plain code elsewhere', async () => {
  assert.equal((await nativeTools()).mlDsa.by, generates('ml-dsa-65') ? 'node:crypto' : 'noble')
})

function generates(type: string): boolean {
  try {
    Reflect.apply(generateKeyPairSync, null, [type])
    return true
  } catch {
    return false
  }
}
