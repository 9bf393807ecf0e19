/** A key that the node signs with, when a setting names the file it is in. */

import { createPrivateKey } from 'node:crypto'
import type { FileBytes } from '../../system/files.ts'

/** An Ed25519 key in PKCS #8 (RFC 8410) is 16 bytes that are always the same, and its seed. */
const pkcs8 = { bytes: 48, seedAt: 16 }

/**
 * The 32 bytes that the key is made of; what was read is overwritten. Throws a sentence for the operator when the file
 * is missing, open to others or holds no such key.
 */
export function readSeed(setting: string, path: string, file: FileBytes): Uint8Array {
  if (!file.ok) throw new Error(`${setting}: ${path} ${file.because}`)
  try {
    const key = createPrivateKey({ key: Buffer.from(file.bytes.buffer), format: 'pem' })
    if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('it is of another kind')
    const encoded = key.export({ format: 'der', type: 'pkcs8' })
    if (encoded.length !== pkcs8.bytes) throw new RangeError(`the key has ${encoded.length} bytes`)
    const seed = Uint8Array.from(encoded.subarray(pkcs8.seedAt))
    encoded.fill(0)
    return seed
  } catch (cause) {
    const fix = 'make one with openssl genpkey -algorithm ed25519'
    throw new Error(`${setting}: ${path} holds no private Ed25519 key in PEM; ${fix}`, { cause })
  } finally {
    file.bytes.fill(0)
  }
}
