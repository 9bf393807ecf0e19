/** A node's identity for tests: both keys, others each time, and the session keys that they sign. */

import { generateKeyPairSync, sign } from 'node:crypto'
import { concatBytes } from '../oap/bytes.ts'
import { portableMlDsa } from './ml-dsa-portable.ts'
import { native } from './native.ts'
import { keyIdOf, signedKeyText, type SignedKey } from './signed-key.ts'
import { suites, type Suite } from './suites.ts'

const [both] = suites

export class TestIdentity {
  readonly #ed25519 = generateKeyPairSync('ed25519')
  readonly #ed25519Key = this.#ed25519.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  readonly #mlDsa = portableMlDsa.keyFrom(this.#ed25519Key)

  publicKey(suite: Suite): Uint8Array {
    const own = new Uint8Array(this.#ed25519Key)
    return suite === both ? concatBytes([own, this.#mlDsa.publicKey]) : own
  }

  sign(suite: Suite, message: Uint8Array): Uint8Array {
    const own = new Uint8Array(sign(null, message, this.#ed25519.privateKey))
    return suite === both ? concatBytes([own, this.#mlDsa.sign(message)]) : own
  }

  /** A session key under its signature. */
  signed(suite: Suite, said: Readonly<Pick<SignedKey, 'publicKey' | 'issuedMs' | 'expiresMs'>>): SignedKey {
    return {
      ...said,
      suite,
      id: keyIdOf(said.publicKey, native),
      identity: this.publicKey(suite),
      signature: this.sign(suite, signedKeyText({ ...said, suite }, native)),
    }
  }
}
