/**
 * What of a node's trust outlives its process, as JSON: keys and revocations, for a sealed file or for the node that
 * takes over. What is read back has exactly the members that were written.
 */

import type { KeptKey } from './kms.ts'

/** An entry of the table of revocations, as it is kept there. */
export interface KeptRevocation {
  readonly key: string
  readonly by: string
  readonly what: string
  /** May be infinite. */
  readonly untilMs: number
  readonly mintedBeforeMs: number | null
}

/** What was read is not what was written; the end of a sentence that begins with who said it. */
export class ShapeError extends Error {}

export function keptText(value: object): string {
  return JSON.stringify(value, (_name, member: unknown) => {
    if (member instanceof Uint8Array) return Buffer.from(member).toString('hex')
    return member === Number.POSITIVE_INFINITY ? 'never' : member
  })
}

export function keyOf(value: unknown): KeptKey {
  const key = membersOf(value, ['purpose', 'version', 'madeAtMs', 'goneAtMs', 'secret'])
  return {
    purpose: textOf(key['purpose']),
    version: countOf(key['version']),
    madeAtMs: countOf(key['madeAtMs']),
    goneAtMs: key['goneAtMs'] === null ? null : countOf(key['goneAtMs']),
    secret: bytesOf(key['secret']),
  }
}

export function revocationOf(value: unknown): KeptRevocation {
  const entry = membersOf(value, ['key', 'by', 'what', 'untilMs', 'mintedBeforeMs'])
  const { untilMs, mintedBeforeMs } = entry
  return {
    key: textOf(entry['key']),
    by: textOf(entry['by']),
    what: textOf(entry['what']),
    untilMs: untilMs === 'never' ? Number.POSITIVE_INFINITY : countOf(untilMs),
    mintedBeforeMs: mintedBeforeMs === null ? null : countOf(mintedBeforeMs),
  }
}

/** All members of an object, which has exactly these; null takes any. */
export function membersOf(
  value: unknown,
  names: readonly string[] | null,
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw garbled()
  const members: Record<string, unknown> = { ...value }
  if (names === null) return members
  if (names.some((name) => !Object.hasOwn(members, name)) || Object.keys(members).length !== names.length)
    throw garbled()
  return members
}

export function countOf(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  throw garbled()
}

export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  throw garbled()
}

/** As `keptText` writes them. */
export function bytesOf(value: unknown): Uint8Array {
  return Uint8Array.from(Buffer.from(textOf(value), 'hex'))
}

export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw garbled()
}

function garbled(): ShapeError {
  return new ShapeError('says something that has other members than it should')
}
