/**
 * ML-KEM-768 of liboqs, in WebAssembly: a seventh of the time that plain code takes. It draws the randomness of an
 * encapsulation itself, and has no way from a seed to its key, which the reference goes once for each key.
 *
 * Its module is called without the classes around it: those leave secret keys behind in its memory.
 */

import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import { checkLength, mlKemBytes, type MlKem, type MlKemEncapsulated } from './ml-kem.ts'

/** What is used of the module. Pointers are offsets into its memory. */
interface Oqs {
  readonly HEAPU8: Uint8Array
  readonly _malloc: (bytes: number) => number
  readonly _OQS_init: () => void
  readonly _OQS_KEM_new: (name: number) => number
  readonly _OQS_KEM_encaps: (kem: number, ciphertext: number, shared: number, publicKey: number) => number
  readonly _OQS_KEM_decaps: (kem: number, shared: number, ciphertext: number, secretKey: number) => number
}

const functions = ['_malloc', '_OQS_init', '_OQS_KEM_new', '_OQS_KEM_encaps', '_OQS_KEM_decaps'] as const
const secretKeyBytes = 2400
const name = new TextEncoder().encode('ML-KEM-768\0')

/** Loads it, in about 10 ms. Rejects where the package is not installed, or is another. */
export async function libOqs(): Promise<MlKem> {
  const file = new URL('../dist/ml-kem-768.min.js', import.meta.resolve('@oqs/liboqs-js'))
  const loaded: unknown = await import(file.href)
  const start = memberOf(loaded, 'default')
  const module: unknown = typeof start === 'function' ? await start() : null
  if (!isOqs(module)) throw new Error('@oqs/liboqs-js is another than it was made for')
  return new LibOqs(module)
}

class LibOqs implements MlKem {
  readonly by = 'liboqs'
  readonly #oqs: Oqs
  readonly #kem: number
  /** Room for one call, which is overwritten after it. */
  readonly #room: Readonly<Record<'key' | 'ciphertext' | 'shared' | 'end', number>>

  constructor(oqs: Oqs) {
    this.#oqs = oqs
    const { _malloc: allocate, _OQS_init: begin, _OQS_KEM_new: kemNamed } = oqs
    begin()
    const key = allocate(secretKeyBytes + mlKemBytes.ciphertext + mlKemBytes.shared)
    const ciphertext = key + secretKeyBytes
    const shared = ciphertext + mlKemBytes.ciphertext
    this.#room = { key, ciphertext, shared, end: shared + mlKemBytes.shared }
    oqs.HEAPU8.set(name, key)
    this.#kem = kemNamed(key)
    if (key === 0 || this.#kem === 0) throw new Error('liboqs has no ML-KEM-768')
  }

  keyFrom(seed: Uint8Array) {
    const { publicKey, secretKey } = ml_kem768.keygen(seed)
    return {
      publicKey,
      decapsulate: (ciphertext: Uint8Array) => this.#decapsulate(ciphertext, secretKey),
      destroy: () => void secretKey.fill(0),
    }
  }

  peer(publicKey: Uint8Array) {
    checkLength('a public key', publicKey, mlKemBytes.publicKey)
    return { encapsulate: () => this.#encapsulate(publicKey) }
  }

  #encapsulate(publicKey: Uint8Array): MlKemEncapsulated {
    const { key, ciphertext, shared, end } = this.#room
    const { _OQS_KEM_encaps: encapsulate } = this.#oqs
    this.#oqs.HEAPU8.set(publicKey, key)
    try {
      if (encapsulate(this.#kem, ciphertext, shared, key) !== 0)
        throw new Error('this is no public key of ML-KEM-768')
      const made = this.#oqs.HEAPU8.slice(ciphertext, end)
      return {
        ciphertext: made.subarray(0, mlKemBytes.ciphertext),
        shared: made.subarray(mlKemBytes.ciphertext),
      }
    } finally {
      this.#oqs.HEAPU8.fill(0, key, end)
    }
  }

  #decapsulate(given: Uint8Array, secretKey: Uint8Array): Uint8Array {
    checkLength('a ciphertext', given, mlKemBytes.ciphertext)
    const { key, ciphertext, shared, end } = this.#room
    const { _OQS_KEM_decaps: decapsulate } = this.#oqs
    this.#oqs.HEAPU8.set(secretKey, key)
    this.#oqs.HEAPU8.set(given, ciphertext)
    try {
      if (decapsulate(this.#kem, shared, ciphertext, key) !== 0)
        throw new Error('this is no key of ML-KEM-768')
      return this.#oqs.HEAPU8.slice(shared, end)
    } finally {
      this.#oqs.HEAPU8.fill(0, key, end)
    }
  }
}

function isOqs(value: unknown): value is Oqs {
  return (
    memberOf(value, 'HEAPU8') instanceof Uint8Array &&
    functions.every((member) => typeof memberOf(value, member) === 'function')
  )
}

function memberOf(value: unknown, member: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, member) : undefined
}
