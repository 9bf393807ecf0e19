/**
 * A change as a record of the journal, and back. After the version and the kind:
 *
 *     link       = tenant { from to edge weight }        to the end of the record
 *     unlink     = tenant from to edge
 *     removeNode = tenant node edgesMax
 *     putDoc     = tenant id fields tags
 *     removeDoc  = tenant id
 *
 * A tenant takes 16 bytes. Among links, an empty `from` or `edge` is that of the link before: neither is ever
 * empty, and batches and snapshots repeat them.
 */

import { RecordReader, unknownKind } from '../../record-reader.ts'
import { RecordWriter } from '../../record-writer.ts'
import type { Link } from '../graph/graph.ts'
import type { Doc } from '../text/text-index.ts'
import type { Change } from './change.ts'

/** A kind is known by its place here; new ones go to the end. */
const KINDS = ['link', 'unlink', 'removeNode', 'putDoc', 'removeDoc'] as const
const TENANT_DIGITS = 32

export class Records {
  readonly #writer = new RecordWriter()
  readonly #reader = new RecordReader()

  /** The bytes are good until the next call. */
  encode(change: Change): Uint8Array {
    const writer = this.#writer
    writer.begin(KINDS.indexOf(change.kind))
    writer.hex(change.tenant, TENANT_DIGITS)
    writeBody(writer, change)
    return writer.end()
  }

  /** One record after the other; each is good until the next. */
  *encodeAll(changes: Iterable<Change>): Generator<Uint8Array> {
    for (const change of changes) yield this.encode(change)
  }

  /** Throws for what `encode` did not write. */
  decode(record: Uint8Array): Change {
    const number = this.#reader.begin(record)
    const kind = KINDS[number]
    if (kind === undefined) throw unknownKind(number)
    const change = readBody(this.#reader, kind, this.#reader.hex(TENANT_DIGITS))
    this.#reader.end()
    return change
  }
}

function writeBody(writer: RecordWriter, change: Change): void {
  switch (change.kind) {
    case 'link':
      return writeLinks(writer, change.links)
    case 'unlink':
      writer.text(change.from)
      writer.text(change.to)
      return writer.text(change.edge)
    case 'removeNode':
      writer.text(change.node)
      return writer.count(change.edgesMax)
    case 'putDoc':
      writer.text(change.doc.id)
      writer.dictionary(change.doc.fields)
      return writer.texts(change.doc.tags)
    case 'removeDoc':
      return writer.text(change.id)
  }
}

function readBody(reader: RecordReader, kind: Change['kind'], tenant: string): Change {
  switch (kind) {
    case 'link':
      return { kind, tenant, links: readLinks(reader) }
    case 'unlink':
      return { kind, tenant, from: reader.text(), to: reader.text(), edge: reader.text() }
    case 'removeNode':
      return { kind, tenant, node: reader.text(), edgesMax: reader.count() }
    case 'putDoc':
      return { kind, tenant, doc: readDoc(reader) }
    case 'removeDoc':
      return { kind, tenant, id: reader.text() }
  }
}

function writeLinks(writer: RecordWriter, links: readonly Link[]): void {
  let before: Link | undefined
  for (const link of links) {
    writer.text(link.from === before?.from ? '' : link.from)
    writer.text(link.to)
    writer.text(link.edge === before?.edge ? '' : link.edge)
    writer.float(link.weight)
    before = link
  }
}

function readLinks(reader: RecordReader): Link[] {
  const links: Link[] = []
  let [from, edge] = ['', '']
  while (reader.hasMore) {
    from = reader.text() || from
    const to = reader.text()
    edge = reader.text() || edge
    links.push({ from, to, edge, weight: reader.float() })
  }
  return links
}

function readDoc(reader: RecordReader): Doc {
  return { id: reader.text(), fields: reader.dictionary(), tags: reader.texts() }
}
