/** ML-DSA-65 as Node has it, from 24.6 on, where it is built with OpenSSL 3.5 or newer. */

import { sign, verify, type KeyObject } from 'node:crypto'
import { mlDsaBytes, type MlDsa } from '@ron/kernel/ports/ml-dsa'
import { checkLength } from './ml-kem.ts'
import { pairOf, publicOf } from './native-encoding.ts'

/** What comes before a key in its encoding (RFC 9881): the seed in PKCS #8, and the key in SubjectPublicKeyInfo. */
const before = {
  seed: Buffer.from('3034020100300b060960864801650304031204228020', 'hex'),
  publicKey: Buffer.from('308207b2300b0609608648016503040312038207a100', 'hex'),
}

/** Null where there is none. */
export function nativeMlDsa(): MlDsa | null {
  return works(mlDsa) ? mlDsa : null
}

const mlDsa: MlDsa = {
  by: 'node:crypto',
  keyFrom(seed) {
    checkLength('a seed', seed, mlDsaBytes.seed)
    const made = pairOf(before, seed)
    let key: KeyObject | null = made.key
    return {
      publicKey: made.publicKey,
      sign(message) {
        if (key === null) throw new Error('the key was given up')
        return Uint8Array.from(sign(null, message, key))
      },
      destroy: () => void (key = null),
    }
  },
  verify(publicKey, message, signature) {
    if (publicKey.length !== mlDsaBytes.publicKey) return false
    return verify(null, message, publicOf(before, publicKey), signature)
  },
}

/** Older versions of Node, and those that are linked with an older OpenSSL, know no such key. */
function works({ keyFrom, verify: verifies }: MlDsa): boolean {
  try {
    const message = Uint8Array.of(1)
    const key = keyFrom(new Uint8Array(mlDsaBytes.seed))
    return verifies(key.publicKey, message, key.sign(message))
  } catch {
    return false
  }
}
