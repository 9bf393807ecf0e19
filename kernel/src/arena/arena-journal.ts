/**
 * The `Journal` in shared memory: it carries out what `journal-steps.ts` says. What it holds survives the thread
 * and ends with the process. It acknowledges at once: a record is safe when `append` returns.
 */

import { Refusal } from '../contract/refusals.ts'
import { formatSize } from '../contract/units.ts'
import type { Journal, Replayed } from '../ports/journal.ts'
import { recordBytes, RecordReader, writeRecord } from './journal-record.ts'
import { JournalHeader, type JournalLease } from './journal-segment.ts'
import {
  journalSteps,
  judge,
  mayWrite,
  otherSide,
  type Books,
  type JournalEvent,
  type JournalStore,
  type Side,
} from './journal-steps.ts'

const nothing = new Uint8Array(0)

export class ArenaJournal implements Journal {
  readonly #header: JournalHeader
  readonly #owner: number
  readonly #setting: string
  /** The memory, as bytes and as words. */
  readonly #bytes: Uint8Array
  readonly #words: Int32Array
  #books: Books
  /** Appending before the replay would be to overwrite what it has not read. */
  #replayed = false

  /** Throws when the header cannot be believed. */
  constructor({ memory, owner, setting }: JournalLease) {
    this.#header = new JournalHeader(memory)
    this.#owner = owner
    this.#setting = setting
    this.#bytes = new Uint8Array(memory)
    this.#words = new Int32Array(memory)
    const read = this.#header.read()
    if (read.books === null)
      throw new Error(`the header of the journal is damaged: ${read.because}; ${startAnew}`)
    this.#books = read.books
  }

  get bytes(): number {
    return this.#books.halves[this.#books.live].end
  }

  get bytesMax(): number {
    return this.#books.capacity
  }

  append(record: Uint8Array, spareBytes: number): void {
    if (!this.#replayed) throw new Error('a journal is replayed before it is appended to')
    this.#append(this.#books.live, record, spareBytes)
  }

  settled(): null {
    return null
  }

  replay(apply: (record: Uint8Array) => void): Replayed {
    if (this.#replayed) throw new Error('a journal is replayed once')
    const { live, halves } = this.#books
    const half = halves[live]
    const reader = new RecordReader(this.#half(live, half.end))
    let records = 0
    for (let at = 0; ; records++) {
      const record = reader.read(at)
      const verdict = judge(half, at, record !== null)
      if (verdict === 'damaged') throw new Error(damagedAt(at, half.end))
      if (verdict !== 'record' || record === null) {
        this.#do({ kind: 'recover', at }, nothing)
        this.#replayed = true
        // Bytes behind the last whole record are one that was being written when its thread ended.
        return { records, torn: verdict === 'torn' || half.reach > half.end }
      }
      apply(record)
      at += recordBytes(record.length)
    }
  }

  compact(records: Iterable<Uint8Array>): void {
    if (!this.#replayed) throw new Error('a journal is replayed before it is compacted')
    const side = otherSide(this.#books.live)
    try {
      for (const record of records) this.#append(side, record, 0)
    } catch (cause) {
      this.#do({ kind: 'clear' }, nothing)
      throw cause
    }
    this.#do({ kind: 'flip' }, nothing)
  }

  #half(side: Side, end: number): Uint8Array {
    const from = this.#header.offsetOf(side)
    return this.#bytes.subarray(from, from + end)
  }

  #append(side: Side, record: Uint8Array, spare: number): void {
    if (record.length === 0) throw new RangeError('a record has at least one byte')
    const bytes = recordBytes(record.length)
    if (this.#do({ kind: 'append', side, bytes, spare }, record)) return
    const used = this.#books.halves[side].end
    throw new Refusal(
      'Full',
      `${used} of ${this.bytesMax} bytes of the journal are used and this needs ${bytes + spare} more; ` +
        `delete something, or raise ${this.#setting}, now ${formatSize(this.bytesMax)}`,
    )
  }

  /** False when there is no room; nothing was done then. */
  #do(event: JournalEvent, record: Uint8Array): boolean {
    if (!mayWrite(this.#header.owner, this.#owner))
      throw new Error('the journal belongs to another thread by now')
    const step = journalSteps(this.#books, event)
    if (step === null) return false
    const [books, stores] = step
    for (const store of stores) this.#store(store, record)
    this.#books = books
    return true
  }

  #store(store: JournalStore, record: Uint8Array): void {
    switch (store.kind) {
      case 'reach':
      case 'last':
      case 'end':
        return this.#header.store(store.kind, store.side, store.at)
      case 'live':
        return this.#header.storeLive(store.side)
      case 'record':
        return writeRecord(this.#words, this.#bytes, this.#header.offsetOf(store.side) + store.at, record)
      case 'erase': {
        const from = this.#header.offsetOf(store.side)
        this.#bytes.fill(0, from + store.from, from + store.to)
      }
    }
  }
}

const startAnew = 'nothing was dropped; a restart of the node begins with an empty one'

function damagedAt(at: number, end: number): string {
  return `the journal is damaged at byte ${at} of ${end}, before its last record; ${startAnew}`
}
