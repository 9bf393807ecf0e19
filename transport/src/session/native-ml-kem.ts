/** ML-KEM-768 as Node has it, from 24.7 on, where it is built with OpenSSL 3.5 or newer. */

import * as crypto from 'node:crypto'
import { equalBytes } from '../oap/bytes.ts'
import { checkLength, mlKemBytes, type MlKem } from './ml-kem.ts'
import { pairOf, publicOf } from './native-encoding.ts'

/** What older versions of Node, and so their types, have not. */
interface Kem {
  encapsulate(key: crypto.KeyObject): { readonly sharedKey: Uint8Array; readonly ciphertext: Uint8Array }
  decapsulate(key: crypto.KeyObject, ciphertext: Uint8Array): Uint8Array
}

/** What comes before a key in its encoding (RFC 9935): the seed in PKCS #8, and the key in SubjectPublicKeyInfo. */
const before = {
  seed: Buffer.from('3054020100300b060960864801650304040204428040', 'hex'),
  publicKey: Buffer.from('308204b2300b0609608648016503040402038204a100', 'hex'),
}

/** Null where there is none. */
export function nativeMlKem(): MlKem | null {
  const kem: object = crypto
  if (!isKem(kem)) return null
  const made = mlKemOf(kem)
  return works(made) ? made : null
}

function mlKemOf(kem: Kem): MlKem {
  return {
    by: 'node:crypto',
    keyFrom(seed) {
      checkLength('a seed', seed, mlKemBytes.seed)
      const made = pairOf(before, seed)
      let key: crypto.KeyObject | null = made.key
      return {
        publicKey: made.publicKey,
        decapsulate(ciphertext) {
          checkLength('a ciphertext', ciphertext, mlKemBytes.ciphertext)
          if (key === null) throw new Error('the key was given up')
          return Uint8Array.from(kem.decapsulate(key, ciphertext))
        },
        destroy: () => void (key = null),
      }
    },
    peer(publicKey) {
      checkLength('a public key', publicKey, mlKemBytes.publicKey)
      const key = publicOf(before, publicKey)
      return {
        encapsulate() {
          const { ciphertext, sharedKey } = kem.encapsulate(key)
          return { ciphertext: Uint8Array.from(ciphertext), shared: Uint8Array.from(sharedKey) }
        },
      }
    },
  }
}

function isKem(value: object): value is Kem {
  return ['encapsulate', 'decapsulate'].every((name) => typeof Reflect.get(value, name) === 'function')
}

/** A Node that is linked with an older OpenSSL has the functions, and none of these keys. */
function works(mlKem: MlKem): boolean {
  try {
    const key = mlKem.keyFrom(new Uint8Array(mlKemBytes.seed))
    const { ciphertext, shared } = mlKem.peer(key.publicKey).encapsulate(new Uint8Array(mlKemBytes.drawn))
    return equalBytes(key.decapsulate(ciphertext), shared)
  } catch {
    return false
  }
}
