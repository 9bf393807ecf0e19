/**
 * What a node, or a service that runs beside one, says of itself under its own key. The signature is over the
 * canonical JSON of RFC 8785 behind a line that no other text begins with, so a descriptor has one form, and what was
 * signed for another end is none.
 *
 *     ron-descriptor/1
 *     {"addresses":[…],"expires_ms":…,…,"version":"…"}
 */

import { bytesOf, isSignedBy, keyBytes, nodeIdOf } from './node-id.ts'

export interface Descriptor {
  /** Of this format; 1. */
  readonly v: number
  readonly kind: 'node' | 'service'
  /** Its public Ed25519 key, 32 bytes in base64. */
  readonly key: string
  readonly name: string
  /** URLs where it answers. */
  readonly addresses: readonly string[]
  readonly services: readonly OfferedService[]
  readonly profile: string
  readonly version: string
  /** Milliseconds since the Unix epoch, both. */
  readonly issued_ms: number
  readonly expires_ms: number
  /** Each descriptor of a key has a greater one than those before it. */
  readonly seq: number
}

export interface OfferedService {
  readonly name: string
  /** Its OAP/1 protocol number. */
  readonly protocol: number
  readonly operations: readonly string[]
}

type Plain = string | number | readonly Plain[] | { readonly [name: string]: Plain }

/** What is signed. Two descriptors that say the same have the same text. */
export function descriptorText(descriptor: Descriptor): string {
  return `ron-descriptor/1\n${canonical({
    v: descriptor.v,
    kind: descriptor.kind,
    key: descriptor.key,
    name: descriptor.name,
    addresses: descriptor.addresses,
    services: descriptor.services.map(({ name, protocol, operations }) => ({ name, protocol, operations })),
    profile: descriptor.profile,
    version: descriptor.version,
    issued_ms: descriptor.issued_ms,
    expires_ms: descriptor.expires_ms,
    seq: descriptor.seq,
  })}`
}

/** The node id of whoever signed it, or null when the key in it did not. `signature` is base64. */
export function signerOf(descriptor: Descriptor, signature: string): string | null {
  const key = bytesOf(descriptor.key, keyBytes)
  if (key === null || !isSignedBy(key, descriptorText(descriptor), signature)) return null
  return nodeIdOf(key)
}

/** RFC 8785 for whole numbers and well-formed text. */
function canonical(value: Plain): string {
  if (typeof value === 'string' || typeof value === 'number') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(canonical).join(',')}]`
  const names = Object.keys(value).toSorted(byCodeUnit)
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? '')}`).join(',')}}`
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value)
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
