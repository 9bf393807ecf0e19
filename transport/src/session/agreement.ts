/**
 * From what the KEM agreed on to the keys of both directions. They depend on who the node is, and on every byte of the
 * HELLO and of its answer: of what somebody changed on the way, the two sides make different keys, and no record opens.
 * The node's nonce is in the answer, so a client that is played back agrees on other keys as well.
 */

import { concatBytes } from '../oap/bytes.ts'
import { exported, exporterSecret, xWingExport } from './hpke.ts'
import { aeadKeyBytes, nonceBytes, type Primitives } from './primitives.ts'
import { Opener, Sealer, type DirectionKeys } from './records.ts'
import type { Suite } from './suites.ts'

export interface Handshake {
  readonly suite: Suite
  /** 32 bytes, which are overwritten. */
  readonly shared: Uint8Array
  /** Who the node is: every key of it that signs. */
  readonly identity: Uint8Array
  /** The payloads of the HELLO that carried the ciphertext and of its answer. */
  readonly hello: Uint8Array
  readonly reply: Uint8Array
}

/** What one side seals with and opens with. */
export interface Session {
  readonly sealer: Sealer
  readonly opener: Opener
}

const text = new TextEncoder()

export function agree(side: 'client' | 'node', handshake: Handshake, primitives: Primitives): Session {
  const { suite, shared, identity, hello, reply } = handshake
  const info = concatBytes([text.encode(`ron oap/1 session\n${suite}\n`), identity])
  const secret = exporterSecret(xWingExport, shared, info, primitives)
  const transcript = primitives.sha256([u32(hello.length), hello, u32(reply.length), reply])
  const keysOf = (sender: 'client' | 'node'): DirectionKeys => {
    const context = concatBytes([text.encode(`ron oap/1 ${sender}\n`), transcript])
    const made = exported(xWingExport, secret, context, aeadKeyBytes + nonceBytes, primitives)
    const keys = {
      aead: primitives.aead(made.subarray(0, aeadKeyBytes)),
      baseNonce: made.slice(aeadKeyBytes),
    }
    made.fill(0)
    return keys
  }
  const [ours, theirs] = side === 'client' ? (['client', 'node'] as const) : (['node', 'client'] as const)
  const session = { sealer: new Sealer(keysOf(ours)), opener: new Opener(keysOf(theirs)) }
  secret.fill(0)
  shared.fill(0)
  return session
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}
