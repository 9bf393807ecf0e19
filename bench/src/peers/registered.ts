/** Somebody to be found in a registry: a descriptor of a key that was drawn for it. */

import { generateKeyPairSync, sign } from 'node:crypto'
import { descriptorText } from '@ron/kernel/identity/descriptor'
import { nodeIdOf } from '@ron/kernel/identity/node-id'

const ttlMs = 3_600_000

/** Good for an hour from `nowMs`, milliseconds since the Unix epoch. */
export function registered(name: string, nowMs: number) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(12)
  const descriptor = {
    v: 1,
    kind: 'service' as const,
    key: key.toString('base64'),
    name,
    addresses: ['http://192.0.2.1:8080'],
    services: [{ name: 'storage', protocol: 257, operations: ['get', 'put'] }],
    profile: 'micro',
    version: '1',
    issued_ms: nowMs,
    expires_ms: nowMs + ttlMs,
    seq: 1,
  }
  const signature = sign(null, Buffer.from(descriptorText(descriptor)), privateKey).toString('base64')
  return { node: nodeIdOf(key), descriptor, signature }
}
