/**
 * What changes in storage, as records of the journal. Each says all that is needed to do it again; content
 * itself is never in one, for it lies with the blobs under its address. After the version and the kind:
 *
 *     bind    = tenant address size type name
 *     unbind  = tenant name
 *     pin     = tenant address size type
 *     unpin   = tenant address
 *
 * Those of media are in `media/changes.ts`. Each is a text of its own: a slice of a longer one is slow to compare, and keeps the whole of it.
 */

import { RecordReader, unknownKind } from '../record-reader.ts'
import { RecordWriter } from '../record-writer.ts'
import { isMediaChange, mediaKinds, readMediaChange, writeMediaChange } from './media/changes.ts'
import type { MediaChange } from './media/changes.ts'
import type { Found } from './namespace.ts'

export type Change = ObjectChange | MediaChange

export type ObjectChange =
  | { readonly kind: 'bind'; readonly tenant: string; readonly name: string; readonly found: Found }
  | { readonly kind: 'unbind'; readonly tenant: string; readonly name: string }
  | { readonly kind: 'pin'; readonly tenant: string; readonly found: Found }
  | { readonly kind: 'unpin'; readonly tenant: string; readonly address: string }

const kinds = { bind: 1, unbind: 2, pin: 3, unpin: 4, ...mediaKinds } as const

export class ChangeRecords {
  readonly #writer = new RecordWriter()
  readonly #reader = new RecordReader()

  /** The bytes are valid until the next call. */
  encode(change: Change): Uint8Array {
    const writer = this.#writer
    writer.begin(kinds[change.kind])
    writer.text(change.tenant)
    if (isMediaChange(change)) writeMediaChange(writer, change)
    else writeObjectChange(writer, change)
    return writer.end()
  }

  /** Throws for what `encode` did not write. */
  decode(record: Uint8Array): Change {
    const change = readChange(this.#reader, this.#reader.begin(record))
    this.#reader.end()
    return change
  }
}

function writeObjectChange(writer: RecordWriter, change: ObjectChange): void {
  switch (change.kind) {
    case 'bind':
      writeFound(writer, change.found)
      writer.text(change.name)
      break
    case 'unbind':
      writer.text(change.name)
      break
    case 'pin':
      writeFound(writer, change.found)
      break
    case 'unpin':
      writer.text(change.address)
  }
}

/** Fields are read in the order they are named here. */
function readChange(reader: RecordReader, kind: number): Change {
  switch (kind) {
    case kinds.bind:
      return { kind: 'bind', tenant: reader.text(), found: readFound(reader), name: reader.text() }
    case kinds.unbind:
      return { kind: 'unbind', tenant: reader.text(), name: reader.text() }
    case kinds.pin:
      return { kind: 'pin', tenant: reader.text(), found: readFound(reader) }
    case kinds.unpin:
      return { kind: 'unpin', tenant: reader.text(), address: reader.text() }
    default:
      return readMediaChange(reader, kind) ?? unknown(kind)
  }
}

function unknown(kind: number): never {
  throw unknownKind(kind)
}

function writeFound(writer: RecordWriter, { address, bytes, type }: Found): void {
  writer.text(address)
  writer.count(bytes)
  writer.text(type)
}

function readFound(reader: RecordReader): Found {
  return { address: reader.text(), bytes: reader.count(), type: reader.text() }
}
