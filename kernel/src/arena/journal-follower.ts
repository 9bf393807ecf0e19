/**
 * How far a thread has come in a journal that another one writes: it applies whole records, a few in each turn of its
 * event loop, makes the copy that the owner may wish for, and begins anew with an empty projection when what it reads
 * has gone.
 */

import type { Projecting } from '../ports/journal.ts'
import type { JournalCopier } from './journal-copier.ts'
import { recordBytes, RecordReader } from './journal-record.ts'
import type { JournalHeader } from './journal-segment.ts'
import { crossesOver, follow, goesOn, judge, type Books } from './journal-steps.ts'

/** Applied in one turn of the event loop: some ten milliseconds. A turn costs one. */
const recordsPerTurn = 2048
const bytesPerTurn = 2 ** 18

export class JournalFollower<Projection> {
  readonly #memory: SharedArrayBuffer
  readonly #header: JournalHeader
  readonly #copier: JournalCopier
  readonly #begin: () => Projecting<Projection>
  #to: Projecting<Projection>
  #reader: RecordReader
  /** The turn under which it reads. */
  #turn: number
  #at = 0
  #records = 0

  constructor(
    memory: SharedArrayBuffer,
    header: JournalHeader,
    copier: JournalCopier,
    begin: () => Projecting<Projection>,
  ) {
    this.#memory = memory
    this.#header = header
    this.#copier = copier
    this.#begin = begin
    this.#to = begin()
    // The turn first: should the halves change places meanwhile, it is another.
    const { turn, live } = header
    this.#turn = turn
    this.#reader = this.#readerOf({ turn, live })
  }

  get projection(): Projection {
    return this.#to.projection
  }

  /** Where the next record begins, and how many came before it. */
  get at(): number {
    return this.#at
  }

  get records(): number {
    return this.#records
  }

  /** Does what one look at the books gives it to do. False when that is nothing. */
  goOn(books: Books): boolean {
    if (this.#copier.isCopying && books.turn === this.#turn) {
      this.#copier.goOn()
      return true
    }
    const what = follow(books, this.#at, this.#turn)
    if (what === 'begin anew') {
      if (!this.#crosses(books)) this.#beginAnew()
      return true
    }
    if (what === 'read' && this.#readSome(books)) return true
    const { snapshot, meanwhile } = this.#to
    const hasAll = books.turn === this.#turn && this.#at === books.halves[books.live].end
    if (hasAll && snapshot !== undefined && this.#copier.caughtUp(books, snapshot)) return true
    return meanwhile?.() ?? false
  }

  /** As the owner of the journal: goes on where it was, if that stands. */
  findPlace(books: Books): void {
    if (!goesOn(books, this.#turn) && !this.#crosses(books)) this.#beginAnew()
  }

  /** The record it has come to, of those that end before `end`: as `RecordReader.read`. */
  read(end: number): Uint8Array | null | 'gone' {
    return this.#reader.read(this.#at, end)
  }

  apply(record: Uint8Array): void {
    this.#to.apply(record)
    this.#at += recordBytes(record.length)
    this.#records++
  }

  /** False when there is no more to be had for now: all is read, or the rest is for the owner to judge. */
  #readSome({ live, halves }: Books): boolean {
    const half = halves[live]
    const until = this.#at + bytesPerTurn
    this.#copier.resume()
    try {
      for (let count = 0; count < recordsPerTurn && this.#at < until; count++) {
        const record = this.read(half.end)
        if (record === 'gone') return true
        if (record === null || judge(half, this.#at, true) !== 'record') return false
        this.apply(record)
        this.#copier.add(record)
      }
      return true
    } finally {
      this.#copier.pause()
    }
  }

  /** Lets its place in the half that was live be the same place in the copy that this thread made of it. */
  #crosses(books: Books): boolean {
    const { finished } = this.#copier
    if (finished === null || !crossesOver(books, finished.under)) return false
    this.#at += finished.end - finished.covers
    this.#turn = books.turn
    this.#reader = this.#readerOf(books)
    return true
  }

  /** The beginning of the half that is live now, with a projection that holds nothing. */
  #beginAnew(): void {
    this.#copier.drop()
    const { turn, live } = this.#header
    this.#to = this.#begin()
    this.#turn = turn
    this.#reader = this.#readerOf({ turn, live })
    this.#at = 0
    this.#records = 0
  }

  /** Reads one half for as long as the turn stands. */
  #readerOf({ turn, live }: Pick<Books, 'turn' | 'live'>): RecordReader {
    return new RecordReader(this.#memory, this.#header.offsetOf(live), () => this.#header.turn === turn)
  }
}
