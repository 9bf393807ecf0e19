/**
 * What one stateful service keeps beyond its threads: memory that the kernel reserves once, as large as the
 * service's config says, lends to each of its threads in turn and overwrites with zeros when the node ends.
 */

import { writtenName } from '../config/catalogue.ts'
import type { Contract } from '../contract/contract.ts'
import { lendJournal, newJournalMemory, zeroizeJournal, type JournalLease } from './journal-segment.ts'

/** What a thread gets to start with; plain data and shared memory, so that it crosses. */
export interface StateLease {
  readonly journal: JournalLease
}

export class Arena {
  readonly #journal: SharedArrayBuffer
  readonly #journalSetting: string

  /** `config` holds the checked values of the service's section. Throws a sentence when the memory is not to be had. */
  constructor(contract: Contract, state: NonNullable<Contract['state']>, config: unknown) {
    const journal = settingOf(contract, state.journal, config)
    this.#journal = newJournalMemory(journal.bytes)
    this.#journalSetting = journal.key
  }

  /** For the next thread; the one before has ended. */
  lend(): StateLease {
    return { journal: lendJournal(this.#journal, this.#journalSetting) }
  }

  /** Once no thread runs any more. Says how many bytes were overwritten. */
  zeroize(): number {
    return zeroizeJournal(this.#journal)
  }
}

/** A number of bytes from the service's section, and what people call the setting. */
function settingOf({ name }: Contract, property: string, config: unknown): { bytes: number; key: string } {
  const bytes: unknown = Reflect.get(Object(config), property)
  if (typeof bytes !== 'number') {
    throw new TypeError(`the contract of ${name} keeps state, but its config has no number ${property}`)
  }
  return { bytes, key: `${name}.${writtenName(property, 'bytes')}` }
}
