/**
 * Writes a snapshot of what a follower has applied into the half of a journal that does not count, a part in each
 * turn of its event loop, and then the records that come meanwhile as they are applied. While the snapshot is
 * written nothing is applied, for it says what there was at its beginning.
 */

import { recordBytes } from './journal-record.ts'
import type { JournalHeader } from './journal-segment.ts'
import { otherSide, type Books } from './journal-steps.ts'
import type { JournalWriter } from './journal-writer.ts'

/** Written in one turn of the event loop: some ten milliseconds. */
const turnBytes = 2 ** 18

/** A copy that is ready: what it holds, the turn it was made under, and where it ends. */
export interface Finished {
  readonly under: number
  readonly covers: number
  readonly end: number
}

type Phase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'snapshot'; readonly records: Iterator<Uint8Array>; readonly under: number }
  /** The snapshot is written; what is applied from now on comes behind it. */
  | { readonly kind: 'rest'; readonly under: number }
  | { readonly kind: 'finished'; readonly copy: Finished }

const idle: Phase = { kind: 'idle' }

export class JournalCopier {
  readonly number: number
  readonly #header: JournalHeader
  readonly #writer: JournalWriter
  #books: Books
  #phase: Phase = idle

  constructor(header: JournalHeader, writer: JournalWriter, books: Books) {
    this.number = header.nextFollower()
    this.#header = header
    this.#writer = writer
    this.#books = books
  }

  /** The last copy it finished, unless it has begun another one. */
  get finished(): Finished | null {
    return this.#phase.kind === 'finished' ? this.#phase.copy : null
  }

  /** Whether nothing may be applied for now. */
  get isCopying(): boolean {
    return this.#phase.kind === 'snapshot'
  }

  /** Whoever reads on elsewhere has no use for what was begun. */
  drop(): void {
    this.#phase = idle
  }

  /**
   * Everything under the turn of `books` has been applied: takes up a wish for a copy, or says that the one it made
   * is ready. True when there is more to do at once.
   */
  caughtUp(books: Books, snapshot: () => Iterable<Uint8Array>): boolean {
    if (this.#phase.kind === 'rest') return this.#finish(books)
    return this.#begin(books, snapshot)
  }

  /** The next part of the snapshot. */
  goOn(): void {
    const phase = this.#phase
    if (phase.kind !== 'snapshot' || !this.#resume()) return
    for (let bytes = 0; bytes < turnBytes;) {
      const next = phase.records.next()
      if (next.done === true) {
        this.#phase = { kind: 'rest', under: phase.under }
        break
      }
      if (!this.#append(next.value)) return
      bytes += recordBytes(next.value.length)
    }
    this.#pause()
  }

  /** Before records are applied; `pause` is due afterwards. */
  resume(): void {
    if (this.#phase.kind === 'rest') this.#resume()
  }

  /** A record that was applied. */
  add(record: Uint8Array): void {
    if (this.#phase.kind === 'rest') this.#append(record)
  }

  pause(): void {
    if (this.#phase.kind === 'rest') this.#pause()
  }

  #begin(books: Books, snapshot: () => Iterable<Uint8Array>): boolean {
    if (!this.#header.moveCopy({ kind: 'begin', by: this.number })) return false
    this.#phase = idle
    const now = this.#header.read().books
    // Between the look and the word everything may have been another.
    if (now?.turn === books.turn) {
      this.#books = this.#writer.do(now, { kind: 'clear' }) ?? now
      this.#phase = { kind: 'snapshot', records: snapshot()[Symbol.iterator](), under: books.turn }
    }
    this.#pause()
    return this.isCopying
  }

  #finish({ live, halves }: Books): boolean {
    const phase = this.#phase
    if (phase.kind !== 'rest' || !this.#resume()) return false
    const covers = halves[live].end
    this.#header.storeCovers(covers)
    const copy = { under: phase.under, covers, end: this.#books.halves[otherSide(live)].end }
    this.#phase = this.#header.moveCopy({ kind: 'finish', by: this.number })
      ? { kind: 'finished', copy }
      : idle
    return false
  }

  /** False when it does not fit, which is the end of the copy. */
  #append(record: Uint8Array): boolean {
    const [side, bytes] = [otherSide(this.#books.live), recordBytes(record.length)]
    const books = this.#writer.do(this.#books, { kind: 'append', side, bytes, spare: 0 }, record)
    if (books === null) {
      this.#phase = idle
      this.#header.moveCopy({ kind: 'fail', by: this.number })
      return false
    }
    this.#books = books
    return true
  }

  /** False when the half was taken back. */
  #resume(): boolean {
    if (this.#header.moveCopy({ kind: 'resume', by: this.number })) return true
    this.#phase = idle
    return false
  }

  #pause(): void {
    this.#header.moveCopy({ kind: 'pause', by: this.number })
  }
}
