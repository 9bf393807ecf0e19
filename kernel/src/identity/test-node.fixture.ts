/** Nodes of a test, each with a key of its own, and what they sign. */

import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { descriptorText, type Descriptor } from './descriptor.ts'
import { nodeIdOf } from './node-id.ts'

export interface Signed {
  readonly node: string
  readonly descriptor: Descriptor
  readonly signature: string
}

export class TestNode {
  readonly #privateKey
  readonly key: string
  readonly node: string

  constructor(seed: string) {
    const secret = createHash('sha256').update(seed).digest()
    const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secret])
    this.#privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    const raw = createPublicKey(this.#privateKey).export({ format: 'der', type: 'spki' }).subarray(12)
    this.key = raw.toString('base64')
    this.node = nodeIdOf(raw)
  }

  sign(text: string): string {
    return sign(null, Buffer.from(text), this.#privateKey).toString('base64')
  }

  /** A descriptor that is good for a minute from `nowMs`, with these changes. */
  describe(nowMs: number, changes: Partial<Descriptor> = {}): Signed {
    const descriptor: Descriptor = {
      v: 1,
      kind: 'node',
      key: this.key,
      name: `n-${this.node.slice(0, 8)}`,
      addresses: ['http://127.0.0.1:1'],
      services: [{ name: 'storage', protocol: 257, operations: ['get'] }],
      profile: 'micro',
      version: '0.1.0',
      issued_ms: nowMs,
      expires_ms: nowMs + 60_000,
      seq: 1,
      ...changes,
    }
    return { node: this.node, descriptor, signature: this.sign(descriptorText(descriptor)) }
  }
}
