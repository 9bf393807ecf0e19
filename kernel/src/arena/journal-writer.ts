/** Carries out in memory, store by store, what `journal-steps.ts` says. */

import { RecordWriter } from './journal-record.ts'
import { JournalHeader, overwrite } from './journal-segment.ts'
import { journalSteps, type Books, type JournalEvent, type JournalStore } from './journal-steps.ts'

const nothing = new Uint8Array(0)

export class JournalWriter {
  readonly #memory: SharedArrayBuffer
  readonly #header: JournalHeader
  readonly #records: RecordWriter

  constructor(memory: SharedArrayBuffer) {
    this.#memory = memory
    this.#header = new JournalHeader(memory)
    this.#records = new RecordWriter(memory)
  }

  /** The books afterwards; null when there is no room, and then nothing was done. */
  do(books: Books, event: JournalEvent, record: Uint8Array = nothing): Books | null {
    const step = journalSteps(books, event)
    if (step === null) return null
    const [next, stores] = step
    for (const store of stores) this.#store(store, record)
    return next
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
      case 'adopted':
        return this.#header.storeTurn(store.kind, store.turn)
      case 'record':
        return this.#records.write(this.#header.offsetOf(store.side) + store.at, record)
      case 'erase':
        return overwrite(this.#memory, this.#header.offsetOf(store.side) + store.from, store.to - store.from)
    }
  }
}
