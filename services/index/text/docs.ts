/**
 * The documents of an index as they were put, each under its id and under a slot: a small number that names it
 * while it is there, and another one after it. They are kept as bytes, out of sight of the garbage collector.
 */

import { RecordReader } from '../../record-reader.ts'
import { RecordWriter } from '../../record-writer.ts'
import { Column } from './column.ts'
import { Names } from './names.ts'
import { Shelves } from './shelves.ts'
import { bytesOf, type Doc } from './text-index.ts'

/** The only kind of record there is here. */
const DOC = 0

const writer = new RecordWriter()
const reader = new RecordReader()

export class Docs {
  readonly #slots: Names
  /** By slot. */
  readonly #ids: (string | undefined)[] = []
  readonly #sizes = new Column()
  readonly #shelves = new Shelves()
  readonly #free: number[] = []

  /** `seed` as `Names` takes it. */
  constructor(seed: number) {
    this.#slots = new Names(seed, (slot) => this.#ids[slot] ?? '')
  }

  get size(): number {
    return this.#slots.size
  }

  /** Every slot is below this. */
  get span(): number {
    return this.#ids.length
  }

  /** Bytes of the pages the documents lie in. */
  get bytes(): number {
    return this.#shelves.bytes
  }

  slotOf(id: string): number | undefined {
    return this.#slots.find(id)
  }

  /** Keeps a document, in place of the one of that id, and returns its slot. */
  put(doc: Doc): number {
    const slot = this.#slots.find(doc.id) ?? this.#newSlot(doc.id)
    writer.begin(DOC)
    writer.dictionary(doc.fields)
    writer.texts(doc.tags)
    this.#shelves.put(slot, writer.end())
    this.#sizes.set(slot, bytesOf(doc))
    return slot
  }

  remove(slot: number): void {
    this.#slots.delete(this.idOf(slot))
    this.#ids[slot] = undefined
    this.#shelves.remove(slot)
    this.#free.push(slot)
  }

  idOf(slot: number): string {
    const id = this.#ids[slot]
    if (id === undefined) throw new RangeError(`no document has slot ${slot}`)
    return id
  }

  /** What the document counts against the budget of text. */
  bytesOf(slot: number): number {
    return this.#sizes.get(slot)
  }

  get(slot: number): Doc {
    const id = this.idOf(slot)
    reader.begin(this.#shelves.get(slot) ?? new Uint8Array(0))
    return { id, fields: reader.dictionary(), tags: reader.texts() }
  }

  *[Symbol.iterator](): Generator<Doc> {
    for (const [slot, id] of this.#ids.entries()) if (id !== undefined) yield this.get(slot)
  }

  #newSlot(id: string): number {
    const slot = this.#free.pop() ?? this.#ids.length
    this.#ids[slot] = id
    this.#slots.add(id, slot)
    return slot
  }
}
