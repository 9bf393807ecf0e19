/**
 * The `Journal` in shared memory: it carries out what `journal-steps.ts` says, and knows how a record looks.
 * What it holds survives the thread and ends with the process. It acknowledges at once: a record is safe when
 * `append` returns.
 *
 *     record   │ length │ checksum │ bytes … │ 0 to 3 zeros │      the checksum begins from the length
 */

import { Refusal } from '../contract/refusals.ts'
import { formatSize } from '../contract/units.ts'
import type { Journal, Replayed } from '../ports/journal.ts'
import { checksum } from './checksum.ts'
import { alignment, JournalHeader, type JournalLease } from './journal-segment.ts'
import {
  journalSteps,
  judge,
  otherSide,
  type Books,
  type JournalEvent,
  type JournalStore,
} from './journal-steps.ts'

const headBytes = 8
const nothing = new Uint8Array(0)

export class ArenaJournal implements Journal {
  readonly #header: JournalHeader
  readonly #owner: number
  readonly #setting: string
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
    let records = 0
    for (let at = 0; ; records++) {
      const next = this.#wholeAt(live, at, half.end)
      const verdict = judge(half, at, next !== null)
      if (verdict === 'damaged') throw new Error(damagedAt(at, half.end))
      if (verdict !== 'record' || next === null) {
        this.#do({ kind: 'recover', at }, nothing)
        this.#replayed = true
        // Bytes behind the last whole record are one that was being written when its thread ended.
        return { records, torn: verdict === 'torn' || half.reach > half.end }
      }
      apply(this.#recordAt(live, at))
      at = next
    }
  }

  compact(records: Iterable<Uint8Array>): void {
    if (!this.#replayed) throw new Error('a journal is replayed before it is compacted')
    this.#do({ kind: 'clear' }, nothing)
    const side = otherSide(this.#books.live)
    for (const record of records) this.#append(side, record, 0)
    this.#do({ kind: 'flip' }, nothing)
  }

  #append(side: 0 | 1, record: Uint8Array, spare: number): void {
    if (record.length === 0) throw new RangeError('a record has at least one byte')
    const bytes = sizeOf(record.length)
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
    if (this.#header.owner !== this.#owner) throw new Error('the journal belongs to another thread by now')
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
      case 'record': {
        const at = this.#header.offsetOf(store.side) + store.at
        this.#words[at / 4] = record.length
        this.#words[at / 4 + 1] = checksum(record, 0, record.length, record.length)
        this.#bytes.set(record, at + headBytes)
        return
      }
      case 'erase': {
        const from = this.#header.offsetOf(store.side)
        this.#bytes.fill(0, from + store.from, from + store.to)
      }
    }
  }

  /** Where the record at `at` ends, or null when no whole one lies there. */
  #wholeAt(side: 0 | 1, at: number, end: number): number | null {
    if (at + headBytes > end) return null
    const head = (this.#header.offsetOf(side) + at) / 4
    const length = this.#words[head] ?? 0
    const next = at + sizeOf(length)
    if (length <= 0 || next > end) return null
    const from = head * 4 + headBytes
    return checksum(this.#bytes, from, from + length, length) === this.#words[head + 1] ? next : null
  }

  /** A copy: what a service keeps must not change, nor lie in memory that others may read. */
  #recordAt(side: 0 | 1, at: number): Uint8Array {
    const head = this.#header.offsetOf(side) + at
    const from = head + headBytes
    return this.#bytes.slice(from, from + (this.#words[head / 4] ?? 0))
  }
}

const startAnew = 'nothing was dropped; a restart of the node begins with an empty one'

function sizeOf(length: number): number {
  return headBytes + Math.ceil(length / alignment) * alignment
}

function damagedAt(at: number, end: number): string {
  return `the journal is damaged at byte ${at} of ${end}, before its last record; ${startAnew}`
}
