/**
 * What changes in media, as records of the journal that storage keeps. Each says all that is needed to do it again.
 * After the version, the kind and the tenant:
 *
 *     begin    = id name bytes type metadata time     an upload begins
 *     piece    = id time chunks                       so much more of it came
 *     finish   = id time chunks manifest              its last piece, and the object is there under its name
 *     abandon  = id                                   the upload was ended, or it was left too long
 *     discard  = name                                 the object is removed
 *
 * where a chunk is an address and a size, chunks are a number and so many of them, and the manifest is such a
 * chunk too. Times are milliseconds since the epoch.
 */

import type { RecordReader } from '../../record-reader.ts'
import type { RecordWriter } from '../../record-writer.ts'
import type { Chunk } from './chunks.ts'

interface OfUpload {
  readonly tenant: string
  /** Of the upload, 32 lower-case hex digits. */
  readonly id: string
}

export type MediaChange =
  | (OfUpload & {
      readonly kind: 'begin'
      readonly name: string
      readonly bytes: number
      readonly type: string
      readonly metadata: string
      readonly atMs: number
    })
  | (OfUpload & { readonly kind: 'piece'; readonly atMs: number; readonly chunks: readonly Chunk[] })
  | (OfUpload & {
      readonly kind: 'finish'
      readonly atMs: number
      readonly chunks: readonly Chunk[]
      readonly manifest: Chunk
    })
  | (OfUpload & { readonly kind: 'abandon' })
  | { readonly kind: 'discard'; readonly tenant: string; readonly name: string }

/** 6 and 7 were a piece and an end of one chunk. */
export const mediaKinds = { begin: 5, piece: 10, finish: 11, abandon: 8, discard: 9 } as const
const idDigits = 32

export function isMediaChange<Other extends { readonly kind: string }>(
  change: Other | MediaChange,
): change is MediaChange {
  return Object.hasOwn(mediaKinds, change.kind)
}

/** What follows the tenant. */
export function writeMediaChange(writer: RecordWriter, change: MediaChange): void {
  if (change.kind === 'discard') return writer.text(change.name)
  writer.hex(change.id, idDigits)
  switch (change.kind) {
    case 'begin':
      writer.text(change.name)
      writer.count(change.bytes)
      writer.text(change.type)
      writer.text(change.metadata)
      writer.float(change.atMs)
      break
    case 'piece':
      writer.float(change.atMs)
      writeChunks(writer, change.chunks)
      break
    case 'finish':
      writer.float(change.atMs)
      writeChunks(writer, change.chunks)
      writeChunk(writer, change.manifest)
      break
    case 'abandon':
  }
}

/** What follows the kind, in the order it is named here; null for a kind that is none of these. */
export function readMediaChange(reader: RecordReader, kind: number): MediaChange | null {
  switch (kind) {
    case mediaKinds.begin:
      return {
        kind: 'begin',
        ...readUpload(reader),
        name: reader.text(),
        bytes: reader.count(),
        type: reader.text(),
        metadata: reader.text(),
        atMs: reader.float(),
      }
    case mediaKinds.piece:
      return { kind: 'piece', ...readUpload(reader), atMs: reader.float(), chunks: readChunks(reader) }
    case mediaKinds.finish:
      return {
        kind: 'finish',
        ...readUpload(reader),
        atMs: reader.float(),
        chunks: readChunks(reader),
        manifest: readChunk(reader),
      }
    case mediaKinds.abandon:
      return { kind: 'abandon', ...readUpload(reader) }
    case mediaKinds.discard:
      return { kind: 'discard', tenant: reader.text(), name: reader.text() }
    default:
      return null
  }
}

function readUpload(reader: RecordReader): OfUpload {
  return { tenant: reader.text(), id: reader.hex(idDigits) }
}

function writeChunks(writer: RecordWriter, chunks: readonly Chunk[]): void {
  writer.count(chunks.length)
  for (const chunk of chunks) writeChunk(writer, chunk)
}

function readChunks(reader: RecordReader): Chunk[] {
  return Array.from({ length: reader.count() }, () => readChunk(reader))
}

function writeChunk(writer: RecordWriter, { address, bytes }: Chunk): void {
  writer.text(address)
  writer.count(bytes)
}

function readChunk(reader: RecordReader): Chunk {
  return { address: reader.text(), bytes: reader.count() }
}
