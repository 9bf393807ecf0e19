/**
 * The `Journal` in shared memory: it carries out what `journal-steps.ts` says. What it holds survives the thread
 * and ends with the process. It acknowledges at once: a record is safe when `append` returns.
 */

import { Refusal } from '../contract/refusals.ts'
import { formatSize } from '../contract/units.ts'
import type { Aside, Journal, Projecting, Replayed } from '../ports/journal.ts'
import { JournalCopier } from './journal-copier.ts'
import { JournalFollower } from './journal-follower.ts'
import { recordBytes, RecordReader } from './journal-record.ts'
import { JournalHeader, type JournalPlace } from './journal-segment.ts'
import {
  emptyBooks,
  judge,
  mayWrite,
  otherSide,
  type Books,
  type JournalEvent,
  type Side,
} from './journal-steps.ts'
import { JournalWriter } from './journal-writer.ts'

/** A follower that has read all there is looks again after so long. */
const lookMs = 100
/** Of what an adoption has left, with each record: to overwrite hundreds of MiB at once takes too long. */
const wipedBytes = 2 ** 20
/** A follower lets go of the half it writes to after each turn of its event loop. */
const takeBackMs = 1_000

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
  readonly #writer: JournalWriter
  readonly #copier: JournalCopier
  #owner: number | null = null
  #books: Books
  /** Appending before the end of the replay would be to overwrite what it has not read. */
  #replay: 'to come' | 'begun' | 'done' = 'to come'

  constructor({ memory, setting }: JournalPlace, succession: Succession) {
    this.#header = new JournalHeader(memory)
    this.#setting = setting
    this.#succession = succession
    this.#memory = memory
    this.#writer = new JournalWriter(memory)
    this.#books = emptyBooks(this.#header.capacity)
    this.#copier = new JournalCopier(this.#header, this.#writer, this.#books)
  }

  get bytes(): number {
    return this.#books.halves[this.#books.live].end
  }

  get bytesMax(): number {
    return this.#books.capacity
  }

  append(record: Uint8Array, spareBytes: number): void {
    this.#ensureReplayed('appended to')
    this.#append(this.#books.live, record, spareBytes)
    if (this.#leftBytes > 0) this.#do({ kind: 'wipe', bytes: wipedBytes })
  }

  settled(): null {
    return null
  }

  /** Rejects when the header cannot be believed. */
  async replay<Projection>(begin: () => Projecting<Projection>): Promise<Replayed<Projection>> {
    if (this.#replay !== 'to come') throw new Error('a journal is replayed once')
    this.#replay = 'begun'
    const follower = new JournalFollower(this.#memory, this.#header, this.#copier, begin)
    await this.#follow(follower)
    this.#take()
    this.#books = this.#look()
    follower.findPlace(this.#books)
    const replayed = this.#finish(follower)
    this.#replay = 'done'
    return replayed
  }

  compact(records: Iterable<Uint8Array>): void {
    this.#ensureReplayed('compacted')
    this.#takeBack()
    const side = otherSide(this.#books.live)
    try {
      for (const record of records) {
        this.#append(side, record, 0)
        this.#succession.beat()
      }
    } catch (cause) {
      this.#do({ kind: 'clear' })
      throw cause
    }
    this.#do({ kind: 'flip' })
  }

  compactAside(): Aside {
    this.#ensureReplayed('compacted')
    switch (this.#header.copy.kind) {
      case 'none':
      case 'wished':
        // Until all is wiped the half is this thread's.
        if (this.#leftBytes === 0) this.#header.moveCopy({ kind: 'wish' })
        return 'asked'
      case 'writing':
      case 'between':
        return 'begun'
      case 'ready':
        return this.#adopt() ? 'done' : 'failed'
      case 'failed':
        this.#takeBack()
        return 'failed'
    }
  }

  #ensureReplayed(what: string): void {
    if (this.#replay !== 'done') throw new Error(`a journal is replayed before it is ${what}`)
  }

  /** What lies in the half that does not count, where an adoption has left it. */
  get #leftBytes(): number {
    return this.#books.halves[otherSide(this.#books.live)].reach
  }

  /** Adds to the copy what was appended since, and lets it be what counts. False when that cannot be had. */
  #adopt(): boolean {
    this.#books = this.#look()
    if (!this.#addRest()) {
      this.#takeBack()
      return false
    }
    this.#do({ kind: 'adopt' })
    this.#header.moveCopy({ kind: 'adopt' })
    return true
  }

  /** False when it does not fit, or a record is damaged: the service has what it said, and may still write that. */
  #addRest(): boolean {
    const { live, halves } = this.#books
    const { end } = halves[live]
    const reader = new RecordReader(this.#memory, this.#header.offsetOf(live), () => true)
    for (let at = this.#header.covers; at < end;) {
      const record = reader.read(at, end)
      if (record === null || record === 'gone') return false
      const bytes = recordBytes(record.length)
      if (!this.#do({ kind: 'append', side: otherSide(live), bytes, spare: 0 }, record)) return false
      at += bytes
    }
    return true
  }

  /** The half that does not count is this thread's afterwards, and empty. */
  #takeBack(): void {
    this.#take()
    this.#books = this.#look()
    this.#do({ kind: 'clear' })
  }

  /** Throws a `Refusal` (Full) when whoever follows does not let go. */
  #take(): void {
    const act = { kind: 'take', by: this.#copier.number } as const
    for (let waits = 0; !this.#header.moveCopy(act); waits++) {
      if (waits * lookMs >= takeBackMs)
        throw new Refusal('Full', 'the journal is full, and being compacted; try again in a moment')
      this.#header.awaitCopy(lookMs)
    }
  }

  /** Applies what the thread before this one has written, until this one owns the journal. */
  async #follow(follower: JournalFollower<unknown>): Promise<void> {
    const { owner, pause } = this.#succession
    let wake = () => {}
    void owner.then((number) => {
      this.#owner = number
      wake()
    })
    while (this.#owner === null) {
      // A header that changes while it is read may contradict itself.
      const { books } = this.#header.read()
      const more = books !== null && follower.goOn(books)
      await new Promise<void>((resolve) => {
        wake = resolve
        void pause(more ? 0 : lookMs).then(resolve)
      })
    }
  }

  /** Applies the rest of what the threads before this one left, as its owner, and clears up behind them. */
  #finish<Projection>(follower: JournalFollower<Projection>): Replayed<Projection> {
    const half = this.#books.halves[this.#books.live]
    for (;;) {
      const { at } = follower
      const record = follower.read(half.end)
      if (record === 'gone') throw new Error('the journal was written to by another thread while it was read')
      const verdict = judge(half, at, record !== null)
      if (verdict === 'damaged') throw new Error(damagedAt(at, half.end))
      if (verdict !== 'record' || record === null) {
        this.#do({ kind: 'recover', at })
        // Bytes behind the last whole record are one that was being written when its thread ended.
        const torn = verdict === 'torn' || half.reach > half.end
        return { projection: follower.projection, records: follower.records, torn }
      }
      follower.apply(record)
    }
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
  #do(event: JournalEvent, record?: Uint8Array): boolean {
    if (this.#owner === null || !mayWrite(this.#header.owner, this.#owner))
      throw new Error('the journal belongs to another thread by now')
    const books = this.#writer.do(this.#books, event, record)
    if (books === null) return false
    this.#books = books
    return true
  }
}

const startAnew = 'nothing was dropped; a restart of the node begins with an empty one'

function damagedAt(at: number, end: number): string {
  return `the journal is damaged at byte ${at} of ${end}, before its last record; ${startAnew}`
}
