/**
 * A change as a record of the journal, and back:
 *
 *     record     = version:byte kind:byte tenant:16 bytes body
 *     link       = { from to edge weight:float }         to the end of the record
 *     unlink     = from to edge
 *     removeNode = node edgesMax:count
 *     putDoc     = id fields:count { name text } { tag } to the end of the record
 *     removeDoc  = id
 *
 * Among links, an empty `from` or `edge` is that of the link before: neither is ever empty, and batches and
 * snapshots repeat them. A version or a kind that this build does not know is an error, never skipped: what
 * it would have changed was acknowledged.
 */

import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import type { Link } from '../graph/graph.ts'
import type { Doc } from '../text/text-index.ts'
import type { Change } from './change.ts'

const VERSION = 1
/** A kind is known by its place here; new ones go to the end. */
const KINDS = ['link', 'unlink', 'removeNode', 'putDoc', 'removeDoc'] as const
const TENANT_DIGITS = 32

export class Records {
  readonly #writer = new ByteWriter()
  readonly #reader = new ByteReader()

  /** The bytes are good until the next call. */
  encode(change: Change): Uint8Array {
    const writer = this.#writer
    writer.start()
    writer.byte(VERSION)
    writer.byte(KINDS.indexOf(change.kind))
    writer.hex(change.tenant, TENANT_DIGITS)
    writeBody(writer, change)
    return writer.written
  }

  /** One record after the other; each is good until the next. */
  *encodeAll(changes: Iterable<Change>): Generator<Uint8Array> {
    for (const change of changes) yield this.encode(change)
  }

  decode(record: Uint8Array): Change {
    const reader = this.#reader
    reader.start(record)
    const version = reader.byte()
    if (version !== VERSION) {
      throw new Error(`the journal has a record of version ${version}; this build reads version ${VERSION}`)
    }
    const change = readChange(reader)
    if (!reader.done) throw new Error(`the journal has a ${change.kind} record with more in it than it needs`)
    return change
  }
}

function writeBody(writer: ByteWriter, change: Change): void {
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
      return writeDoc(writer, change.doc)
    case 'removeDoc':
      return writer.text(change.id)
  }
}

function readChange(reader: ByteReader): Change {
  const number = reader.byte()
  const kind = KINDS[number]
  if (kind === undefined) {
    throw new Error(`the journal has a record of kind ${number}, which this build does not know`)
  }
  const tenant = reader.hex(TENANT_DIGITS)
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

function writeLinks(writer: ByteWriter, links: readonly Link[]): void {
  let before: Link | undefined
  for (const link of links) {
    writer.text(link.from === before?.from ? '' : link.from)
    writer.text(link.to)
    writer.text(link.edge === before?.edge ? '' : link.edge)
    writer.float(link.weight)
    before = link
  }
}

function readLinks(reader: ByteReader): Link[] {
  const links: Link[] = []
  let [from, edge] = ['', '']
  while (!reader.done) {
    from = reader.text() || from
    const to = reader.text()
    edge = reader.text() || edge
    links.push({ from, to, edge, weight: reader.float() })
  }
  return links
}

function writeDoc(writer: ByteWriter, { id, fields, tags }: Doc): void {
  const named = Object.entries(fields)
  writer.text(id)
  writer.count(named.length)
  for (const [name, text] of named) {
    writer.text(name)
    writer.text(text)
  }
  for (const tag of tags) writer.text(tag)
}

function readDoc(reader: ByteReader): Doc {
  const id = reader.text()
  const fields: Record<string, string> = {}
  for (let left = reader.count(); left > 0; left--) {
    const name = reader.text()
    fields[name] = reader.text()
  }
  const tags: string[] = []
  while (!reader.done) tags.push(reader.text())
  return { id, fields, tags }
}
