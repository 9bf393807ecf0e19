/** Node identities of a test: a key in a file for a node, and the same key for the test to sign with. */

import { generateKeyPairSync, sign } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { nodeIdOf } from '@ron/kernel/identity/node-id'
import { scratchFile } from './scratch.ts'

export interface Identity {
  readonly node: string
  /** The public key in base64. */
  readonly key: string
  /** The private one in PEM. */
  readonly pem: string
  /** Base64. */
  sign(text: string): string
}

export function identity(): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(12)
  return {
    node: nodeIdOf(raw),
    key: raw.toString('base64'),
    pem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
  }
}

/** A file that nobody but its owner may read, and its path. */
export function secretFile(name: string, text: string): string {
  const path = scratchFile(name, text)
  chmodSync(path, 0o600)
  return path
}
