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
  readonly #shelves = new Shelves()
  /** By slot. */
  readonly #sizes = new Column()
  readonly #free: number[] = []
  #span = 0

  /** `seed` as `Names` takes it. */
  constructor(seed: number) {
    this.#slots = new Names(seed, (slot) => this.idOf(slot))
  }

  get size(): number {
    return this.#slots.size
  }

  /** Every slot is below this. */
  get span(): number {
    return this.#span
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
    const known = this.#slots.find(doc.id)
    const slot = known ?? this.#free.pop() ?? this.#span++
    writer.begin(DOC)
    writer.text(doc.id)
    writer.dictionary(doc.fields)
    writer.texts(doc.tags)
    this.#shelves.put(slot, writer.end())
    this.#sizes.set(slot, bytesOf(doc))
    if (known === undefined) this.#slots.add(doc.id, slot)
    return slot
  }

  remove(slot: number): void {
    this.#slots.delete(this.idOf(slot))
    this.#shelves.remove(slot)
    this.#free.push(slot)
  }

  idOf(slot: number): string {
    this.#open(slot)
    return reader.text()
  }

  /** What the document counts against the budget of text. */
  bytesOf(slot: number): number {
    return this.#sizes.get(slot)
  }

  get(slot: number): Doc {
    this.#open(slot)
    return { id: reader.text(), fields: reader.dictionary(), tags: reader.texts() }
  }

  *[Symbol.iterator](): Generator<Doc> {
    for (let slot = 0; slot < this.#span; slot++) if (this.#shelves.has(slot)) yield this.get(slot)
  }

  #open(slot: number): void {
    const place = this.#shelves.find(slot)
    if (place === undefined) throw new RangeError(`no document has slot ${slot}`)
    reader.beginIn(place.memory, place.at, place.length)
  }
}
