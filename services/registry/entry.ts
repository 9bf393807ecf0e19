/** A descriptor that is in the registry, or asks to be: what it says, and what is looked for. */

import type { Refusal } from '@ron/kernel/contract/refusals'
import { descriptorText, signerOf, type Descriptor } from '@ron/kernel/identity/descriptor'
import { nameLengthMax, normalName } from '@ron/kernel/identity/name'

export interface Entry {
  /** The node id of the key that signed it. */
  readonly node: string
  /** In its normal form. */
  readonly name: string
  readonly descriptor: Descriptor
  /** Base64. */
  readonly signature: string
  /** What it counts against the room of the registry. */
  readonly bytes: number
}

export interface Terms {
  /** The longest a descriptor may be good. */
  readonly ttlMaxMs: number
  readonly descriptorBytesMax: number
}

export interface No {
  readonly refused: Extract<Refusal['code'], 'BadRequest' | 'Conflict' | 'Full'>
  readonly rule: string
  readonly because: string
  readonly fix: string
}

/** How far the clock of whoever signed may be ahead of ours. */
const aheadMsMax = 300_000

/** What must hold of a descriptor by itself, whatever else is registered. */
export function entryOf(
  node: string,
  descriptor: Descriptor,
  signature: string,
  nowMs: number,
  { ttlMaxMs, descriptorBytesMax }: Terms,
): Entry | No {
  const bytes = descriptorText(descriptor).length + signature.length
  if (bytes > descriptorBytesMax)
    return no(
      'registry.descriptor_bytes_max',
      `the descriptor has ${bytes} bytes, the limit is ${descriptorBytesMax}`,
      'name fewer addresses and operations',
    )
  const signer = signerOf(descriptor, signature)
  if (signer === null)
    return no(
      'descriptor.signature',
      'the signature is not one of the key in the descriptor over this descriptor',
      'sign the line ron-descriptor/1 and the RFC 8785 form of the descriptor with Ed25519',
    )
  if (signer !== node)
    return no('descriptor.node', `the key in the descriptor is that of node ${signer}`, 'register it there')
  const name = normalName(descriptor.name)
  if (name === null)
    return no(
      'descriptor.name',
      `${JSON.stringify(descriptor.name)} is no name`,
      `use labels of a-z, 0-9 and hyphens between dots, at most ${nameLengthMax} bytes in all`,
    )
  const { issued_ms: issuedMs, expires_ms: expiresMs } = descriptor
  if (expiresMs <= nowMs)
    return no(
      'descriptor.expires',
      `it expired at ${when(expiresMs)}, and it is ${when(nowMs)}`,
      'sign a new one',
    )
  if (issuedMs > nowMs + aheadMsMax)
    return no(
      'descriptor.issued',
      `it is issued at ${when(issuedMs)}, and it is ${when(nowMs)}`,
      'set the clock',
    )
  if (expiresMs - issuedMs > ttlMaxMs)
    return no(
      'registry.ttl_max',
      `it is good for ${expiresMs - issuedMs} ms, the limit is ${ttlMaxMs}`,
      'let it expire earlier, and register again before it does',
    )
  return { node, name, descriptor, signature, bytes }
}

export function isSame(a: Entry, b: Entry): boolean {
  return a.signature === b.signature && descriptorText(a.descriptor) === descriptorText(b.descriptor)
}

export function when(atMs: number): string {
  return new Date(atMs).toISOString()
}

function no(rule: string, because: string, fix: string): No {
  return { refused: 'BadRequest', rule, because, fix }
}
