/**
 * What two nodes say to each other while one takes over from the other. Each record begins with a byte that says
 * whether JSON or plain bytes follow. Nothing is believed that has not exactly these members.
 *
 *     the next one                  the one that goes
 *     take: what fits here     ──►
 *                              ◄──  keys, or refused
 *     drain: my door is open   ──►  answers what it was asked, stops its services
 *                              ◄──  place, then its bytes; for each service
 *                              ◄──  revoked, as many as there are; log, where there is one
 *                              ◄──  end: SHA-256 over all bytes
 *     took: the same           ──►
 *                              ◄──  gone: the socket's name is free; what it kept is overwritten
 */

import type { SignedLog } from '../audit/notary.ts'
import type { CarriedShape, PlaceSize } from '../arena/carried.ts'
import {
  bytesOf,
  countOf,
  keyOf,
  keptText,
  listOf,
  membersOf,
  revocationOf,
  textOf,
  type KeptRevocation,
} from '../kms/kept.ts'
import type { KeptKey } from '../kms/kms.ts'
import { SealError } from './sealed.ts'

/** Raised whenever segments, or the records of any service, change their shape. Nodes of different ones refuse. */
export const stateFormat = 1

export const partBytesMax = 256 * 1024
export const revokedPerMessage = 1_000

export type Message =
  | {
      readonly kind: 'take'
      readonly format: number
      readonly places: Readonly<Record<string, PlaceSize>>
    }
  | { readonly kind: 'refused'; readonly because: string }
  | { readonly kind: 'keys'; readonly keys: readonly KeptKey[] }
  | { readonly kind: 'drain' }
  | ({ readonly kind: 'place'; readonly service: string } & CarriedShape)
  | { readonly kind: 'revoked'; readonly entries: readonly KeptRevocation[] }
  | ({ readonly kind: 'log' } & SignedLog)
  | { readonly kind: 'end'; readonly digest: string }
  | { readonly kind: 'took'; readonly digest: string }
  | { readonly kind: 'gone' }

const [json, plain] = [1, 2] as const

export function messageRecord(message: Message): Uint8Array {
  return Buffer.concat([Uint8Array.of(json), Buffer.from(keptText(message))])
}

export function bytesRecord(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(plain), bytes])
}

/** The bytes of a record that holds some. Throws a `SealError`. */
export function bytesIn(record: Buffer): Buffer {
  if (record[0] !== plain) throw new SealError('sends a message in the middle of bytes')
  return record.subarray(1)
}

/** Throws a `SealError` for what `messageRecord` did not write. */
export function messageIn(record: Buffer): Message {
  if (record[0] !== json) throw new SealError('sends bytes that it did not announce')
  const value: unknown = JSON.parse(record.toString('utf8', 1))
  const { kind, ...members } = membersOf(value, null)
  switch (kind) {
    case 'take': {
      const { format, places } = membersOf(members, ['format', 'places'])
      const sizes = Object.entries(membersOf(places, null)).map(([service, size]) => {
        const { journal, pages } = membersOf(size, ['journal', 'pages'])
        return [service, { journal: countOf(journal), pages: countOf(pages) }] as const
      })
      return { kind, format: countOf(format), places: Object.fromEntries(sizes) }
    }
    case 'refused':
      return { kind, because: textOf(membersOf(members, ['because'])['because']) }
    case 'keys':
      return { kind, keys: listOf(membersOf(members, ['keys'])['keys']).map(keyOf) }
    case 'drain':
    case 'gone':
      membersOf(members, [])
      return { kind }
    case 'place': {
      const { service, journal, blobs } = membersOf(members, ['service', 'journal', 'blobs'])
      const { end, last } = membersOf(journal, ['end', 'last'])
      return {
        kind,
        service: textOf(service),
        journal: { end: countOf(end), last: countOf(last) },
        blobs: blobs === null ? null : blobsOf(blobs),
      }
    }
    case 'revoked':
      return { kind, entries: listOf(membersOf(members, ['entries'])['entries']).map(revocationOf) }
    case 'log': {
      const { origin, size, root } = membersOf(members, ['origin', 'size', 'root'])
      return { kind, origin: textOf(origin), size: countOf(size), root: bytesOf(root) }
    }
    case 'end':
    case 'took':
      return { kind, digest: textOf(membersOf(members, ['digest'])['digest']) }
    default:
      throw new SealError(`says ${JSON.stringify(kind)}, which this node does not understand`)
  }
}

function blobsOf(value: unknown): NonNullable<CarriedShape['blobs']> {
  const { pages, entries } = membersOf(value, ['pages', 'entries'])
  return { pages: countOf(pages), entries: countOf(entries) }
}
