/**
 * A DSSE signer that shares nothing with the node's: bundles put together and signed by hand, as another implementation
 * of the standard would, and as somebody would who means ill.
 */

import { createPublicKey, generateKeyPairSync, hash, sign, type KeyObject } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { scratchFile } from './scratch.ts'

export const bundleType = 'application/vnd.ron.config-bundle+json'

export interface TestSigner {
  readonly name: string
  readonly key: KeyObject
  /** SHA-256 of the SubjectPublicKeyInfo in hex. */
  readonly id: string
  /** Files with its keys. */
  readonly secretPath: string
  readonly publicPath: string
}

export function testSigner(name: string): TestSigner {
  const { privateKey: key } = generateKeyPairSync('ed25519')
  const spki = createPublicKey(key)
  const secretPath = scratchFile(`${name}.pem`, key.export({ format: 'pem', type: 'pkcs8' }).toString())
  chmodSync(secretPath, 0o600)
  const publicPath = scratchFile(`${name}.pub`, spki.export({ format: 'pem', type: 'spki' }).toString())
  const id = hash('sha256', spki.export({ format: 'der', type: 'spki' }), 'hex')
  return { name, key, id, secretPath, publicPath }
}

/** A manifest that a node takes, with these members instead of its own. */
export function manifest(version: number, parts: object, more: object = {}): string {
  const whole = {
    version,
    created: '2026-01-01T00:00:00Z',
    expires: '2099-01-01T00:00:00Z',
    min_node: '0.1.0',
    parts,
  }
  return JSON.stringify({ ...whole, ...more })
}

export interface Written {
  readonly type?: string
  /** Without any hint at the key, and in the alphabet for URLs: both are as good by the standard. */
  readonly plain?: boolean
}

/** The JSON envelope with one signature of each signer. */
export function envelope(
  payload: string,
  signers: readonly TestSigner[],
  { type = bundleType, plain = false }: Written = {},
): string {
  const encoding = plain ? 'base64url' : 'base64'
  const pae = Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} ${type} ${Buffer.byteLength(payload)} `),
    Buffer.from(payload),
  ])
  const signatures = signers.map(({ key, id }) => {
    const sig = sign(null, pae, key).toString(encoding)
    return plain ? { sig, cert: 'not of the standard, and to be left alone' } : { keyid: id, sig }
  })
  return JSON.stringify({ payload: Buffer.from(payload).toString(encoding), payloadType: type, signatures })
}
