/**
 * The binding context, the last public input of every circuit: it ties a proof to what it was made for. A proof made
 * for another purpose, under another key, for another verifier or in answer to another nonce has another context, and
 * so it proves nothing here.
 *
 *     context = SHA-512( field field field field ) mod r     field = length, 4 bytes big-endian │ bytes
 *
 * with the fields domain, key hash (32 bytes), verifier and nonce, in this order. SHA-512 because a 512-bit number
 * modulo one of 255 bits is as good as even, and because every prover has it. Fields carry their lengths, so no two
 * different sets of fields read the same.
 */

import { createHash } from 'node:crypto'
import { scalarBytes, scalarOrder } from './snark/encoding.ts'

export interface Binding {
  /** Of the circuit. */
  readonly domain: string
  /** Of its key: `b3:` and 64 hex digits. */
  readonly keyHash: string
  /** The name of the verifier: `zk-verify.verifier`. */
  readonly verifier: string
  readonly nonce: Uint8Array
}

const r = BigInt(`0x${Buffer.from(scalarOrder).toString('hex')}`)

/** 32 bytes, big-endian, below r. */
export function bindingContext({ domain, keyHash, verifier, nonce }: Binding): Uint8Array {
  const hash = createHash('sha512')
  const hashBytes = Buffer.from(keyHash.replace(/^b3:/, ''), 'hex')
  for (const field of [Buffer.from(domain, 'utf8'), hashBytes, Buffer.from(verifier, 'utf8'), nonce]) {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(field.length)
    hash.update(length).update(field)
  }
  const context = BigInt(`0x${hash.digest('hex')}`) % r
  return Uint8Array.from(Buffer.from(context.toString(16).padStart(2 * scalarBytes, '0'), 'hex'))
}
