/**
 * The `Journal` in shared memory: it carries out what `journal-steps.ts` says. What it holds survives the thread
 * and ends with the process. It acknowledges at once: a record is safe when `append` returns.
 */

import { Refusal } from '../contract/refusals.ts'
import { formatSize } from '../contract/units.ts'
import type { Journal, Projecting, Replayed } from '../ports/journal.ts'
import { recordBytes, RecordReader, RecordWriter } from './journal-record.ts'
import { JournalHeader, overwrite, type JournalPlace } from './journal-segment.ts'
import {
  emptyBooks,
  follow,
  goesOn,
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
/** Followed records that are applied in one turn of the event loop: some ten milliseconds. A turn costs one. */
const recordsPerTurn = 2048
/** A follower that has read all there is looks again after so long. */
const lookMs = 100

/** How a thread that follows a journal comes to own it. */
export interface Succession {
  /** The number to write under. The thread before has ended then. */
  readonly owner: Promise<number>
  /** Resolves after so many milliseconds; 0 stands for the next turn of the event loop. */
  pause(ms: number): Promise<void>
  /** Says that the thread goes on, in the middle of what its event loop waits for. */
  beat(): void
}

export class ArenaJournal implements Journal {
  readonly #header: JournalHeader
  readonly #setting: string
  readonly #succession: Succession
  readonly #memory: SharedArrayBuffer
  readonly #writer: RecordWriter
  #owner: number | null = null
  #books: Books
  /** Appending before the end of the replay would be to overwrite what it has not read. */
  #replay: 'to come' | 'begun' | 'done' = 'to come'

  constructor({ memory, setting }: JournalPlace, succession: Succession) {
    this.#header = new JournalHeader(memory)
    this.#setting = setting
    this.#succession = succession
    this.#memory = memory
    this.#writer = new RecordWriter(memory)
    this.#books = emptyBooks(this.#header.capacity)
  }

  get bytes(): number {
    return this.#books.halves[this.#books.live].end
  }

  get bytesMax(): number {
    return this.#books.capacity
  }

  append(record: Uint8Array, spareBytes: number): void {
    if (this.#replay !== 'done') throw new Error('a journal is replayed before it is appended to')
    this.#append(this.#books.live, record, spareBytes)
  }

  settled(): null {
    return null
  }

  /** Rejects when the header cannot be believed. */
  async replay<Projection>(begin: () => Projecting<Projection>): Promise<Replayed<Projection>> {
    if (this.#replay !== 'to come') throw new Error('a journal is replayed once')
    this.#replay = 'begun'
    let place = await this.#follow(begin)
    this.#books = this.#look()
    if (!goesOn(this.#books, place.turn)) place = this.#place(begin)
    const replayed = this.#finish(place)
    this.#replay = 'done'
    return replayed
  }

  compact(records: Iterable<Uint8Array>): void {
    if (this.#replay !== 'done') throw new Error('a journal is replayed before it is compacted')
    const side = otherSide(this.#books.live)
    try {
      for (const record of records) {
        this.#append(side, record, 0)
        this.#succession.beat()
      }
    } catch (cause) {
      this.#do({ kind: 'clear' }, nothing)
      throw cause
    }
    this.#do({ kind: 'flip' }, nothing)
  }

  /** Applies what the thread before this one has written, until this one owns the journal. */
  async #follow<Projection>(begin: () => Projecting<Projection>): Promise<Reading<Projection>> {
    const { owner, pause } = this.#succession
    let wake = () => {}
    void owner.then((number) => {
      this.#owner = number
      wake()
    })
    let place = this.#place(begin)
    while (this.#owner === null) {
      // A header that changes while it is read may contradict itself.
      const { books } = this.#header.read()
      const what = books && follow(books, place.at, place.turn)
      if (what === 'begin anew') place = this.#place(begin)
      const more =
        what === 'begin anew' ||
        (books !== null && what === 'read' && this.#readSome(place, books)) ||
        (place.to.meanwhile?.() ?? false)
      await new Promise<void>((resolve) => {
        wake = resolve
        void pause(more ? 0 : lookMs).then(resolve)
      })
    }
    return place
  }

  /** False when there is no more to be had for now: all is read, or the rest is for the owner to judge. */
  #readSome(place: Reading<unknown>, { live, halves }: Books): boolean {
    const half = halves[live]
    for (let count = 0; count < recordsPerTurn; count++) {
      const record = place.reader.read(place.at, half.end)
      if (record === 'gone') return true
      if (record === null || judge(half, place.at, true) !== 'record') return false
      this.#apply(place, record)
    }
    return true
  }

  /** Applies the rest of what the threads before this one left, as its owner, and clears up behind them. */
  #finish<Projection>(place: Reading<Projection>): Replayed<Projection> {
    const half = this.#books.halves[this.#books.live]
    for (;;) {
      const record = place.reader.read(place.at, half.end)
      if (record === 'gone') throw new Error('the journal was written to by another thread while it was read')
      const verdict = judge(half, place.at, record !== null)
      if (verdict === 'damaged') throw new Error(damagedAt(place.at, half.end))
      if (verdict !== 'record' || record === null) {
        this.#do({ kind: 'recover', at: place.at }, nothing)
        // Bytes behind the last whole record are one that was being written when its thread ended.
        const torn = verdict === 'torn' || half.reach > half.end
        return { projection: place.to.projection, records: place.records, torn }
      }
      this.#apply(place, record)
    }
  }

  #apply(place: Reading<unknown>, record: Uint8Array): void {
    place.to.apply(record)
    place.at += recordBytes(record.length)
    place.records++
  }

  /** The beginning of the half that is live now, with a projection that holds nothing. */
  #place<Projection>(begin: () => Projecting<Projection>): Reading<Projection> {
    const { turn, live } = this.#header
    const reader = new RecordReader(
      this.#memory,
      this.#header.offsetOf(live),
      () => this.#header.turn === turn,
    )
    return { to: begin(), reader, turn, at: 0, records: 0 }
  }

  #look(): Books {
    const read = this.#header.read()
    if (read.books !== null) return read.books
    throw new Error(`the header of the journal is damaged: ${read.because}; ${startAnew}`)
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
    if (this.#owner === null || !mayWrite(this.#header.owner, this.#owner))
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
      case 'turn':
        return this.#header.storeTurn(store.turn)
      case 'record':
        return this.#writer.write(this.#header.offsetOf(store.side) + store.at, record)
      case 'erase':
        return overwrite(this.#memory, this.#header.offsetOf(store.side) + store.from, store.to - store.from)
    }
  }
}

/** How far a thread has read, and what it applies the records to. */
interface Reading<Projection> {
  readonly to: Projecting<Projection>
  readonly reader: RecordReader
  /** The turn under which it reads. */
  readonly turn: number
  at: number
  records: number
}

const startAnew = 'nothing was dropped; a restart of the node begins with an empty one'

function damagedAt(at: number, end: number): string {
  return `the journal is damaged at byte ${at} of ${end}, before its last record; ${startAnew}`
}
