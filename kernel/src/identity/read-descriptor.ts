/** A descriptor that came from outside without a schema to hold it against, which is the way peers send one. */

import type { Descriptor, OfferedService } from './descriptor.ts'

type Read = Readonly<Record<string, unknown>>

const names = [
  ...['v', 'kind', 'key', 'name', 'addresses', 'services', 'profile', 'version'],
  ...['issued_ms', 'expires_ms', 'seq'],
]
const bounds = { addresses: 8, services: 32, operations: 128, characters: 1_012, address: 256 }
const word = /^[A-Za-z0-9_.-]{1,64}$/
const address = /^(https?|wss?):\/\/[!-~]+$/

/** Null for what is none, or has a field that none has. */
export function readDescriptor(value: unknown): Descriptor | null {
  if (!isRead(value) || !hasOnly(value, names)) return null
  const { v, kind, key, name, profile, version, issued_ms, expires_ms, seq } = value
  const addresses = listOf(value['addresses'], bounds.addresses, isAddress)
  const services = listOf(value['services'], bounds.services, isOffered)
  if (v !== 1 || (kind !== 'node' && kind !== 'service') || addresses === null || services === null)
    return null
  if (!isText(key) || !isText(name) || !isWord(profile) || !isWord(version)) return null
  if (!isWhole(issued_ms) || !isWhole(expires_ms) || !isWhole(seq)) return null
  return { v, kind, key, name, addresses, services, profile, version, issued_ms, expires_ms, seq }
}

function isRead(value: unknown): value is Read {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function hasOnly(value: Read, known: readonly string[]): boolean {
  return Object.keys(value).every((name) => known.includes(name))
}

function listOf<Item>(
  value: unknown,
  most: number,
  isItem: (item: unknown) => item is Item,
): readonly Item[] | null {
  if (!Array.isArray(value) || value.length > most) return null
  const items: readonly unknown[] = value
  return items.every(isItem) ? items : null
}

function isOffered(value: unknown): value is OfferedService {
  if (!isRead(value) || !hasOnly(value, ['name', 'protocol', 'operations'])) return false
  const { name, protocol, operations } = value
  return isWord(name) && isWhole(protocol) && listOf(operations, bounds.operations, isWord) !== null
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && word.test(value)
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && value.length <= bounds.address && address.test(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= bounds.characters
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
