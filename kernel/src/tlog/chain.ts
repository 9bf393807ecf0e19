/**
 * Entries that are records in JSON, each of which names its own number and the leaf hash of the one before. The
 * tree says as much to whoever has tiles; the chain says it to whoever has nothing but the entries.
 */

import { TlogError } from './error.ts'
import { emptyRoot, hashText } from './hash.ts'

/** What the first entry names: the root of the empty tree. */
export const firstLink: Uint8Array = emptyRoot

/** The bytes of an entry. Members that are undefined are left out. */
export function chained(seq: number, before: Uint8Array, record: object): Uint8Array {
  return Buffer.from(JSON.stringify({ seq, ...record, prev: hashText(before) }))
}

/** Throws a `TlogError` when the entry is not the one that comes after `before`. */
export function checkLink(index: number, entry: Uint8Array, before: Uint8Array): void {
  const { seq, prev } = membersOf(index, entry)
  if (seq !== index) throw new TlogError(`entry ${index} calls itself ${String(seq)}`)
  if (prev !== hashText(before)) throw new TlogError(`entry ${index} does not follow the one before it`)
}

function membersOf(index: number, entry: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const members: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(entry))
    return { ...Object(members) }
  } catch (cause) {
    throw new TlogError(`entry ${index} is no JSON`, { cause })
  }
}
