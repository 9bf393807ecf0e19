/**
 * What one stateful service keeps beyond its threads: memory that the kernel reserves once, as large as the
 * service's config says, lends to each of its threads in turn and overwrites with zeros when the node ends.
 */

import { writtenName } from '../config/catalogue.ts'
import type { Contract } from '../contract/contract.ts'
import { formatSize } from '../contract/units.ts'
import { lendBlobs, newBlobsMemory, zeroizeBlobs, type BlobsLease } from './blobs-segment.ts'
import { lendJournal, newJournalMemory, zeroizeJournal, type JournalLease } from './journal-segment.ts'

/** What a thread gets to start with; plain data and shared memory, so that it crosses. */
export interface StateLease {
  readonly journal: JournalLease
  readonly blobs: BlobsLease | null
}

interface Segment {
  readonly memory: SharedArrayBuffer
  /** What people call the setting that says how large it is. */
  readonly setting: string
}

export class Arena {
  readonly #journal: Segment
  readonly #blobs: Segment | null

  /** `config` holds the checked values of the service's section. Throws a sentence when there is no such memory. */
  constructor({ name }: Contract, { journal, blobs }: NonNullable<Contract['state']>, config: unknown) {
    this.#journal = reserved(name, journal, config, newJournalMemory)
    this.#blobs = blobs === null ? null : reserved(name, blobs, config, newBlobsMemory)
  }

  /** For the next thread; the one before has ended. */
  lend(): StateLease {
    return {
      journal: lendJournal(this.#journal.memory, this.#journal.setting),
      blobs: this.#blobs && lendBlobs(this.#blobs.memory, this.#blobs.setting),
    }
  }

  /** Once no thread runs any more. Says how many bytes were overwritten. */
  zeroize(): number {
    const contents = this.#blobs === null ? 0 : zeroizeBlobs(this.#blobs.memory)
    return contents + zeroizeJournal(this.#journal.memory)
  }
}

function reserved(
  service: string,
  property: string,
  config: unknown,
  reserve: (bytes: number) => SharedArrayBuffer,
): Segment {
  const bytes: unknown = Reflect.get(Object(config), property)
  if (typeof bytes !== 'number') {
    throw new TypeError(`the contract of ${service} keeps state, but its config has no number ${property}`)
  }
  const setting = `${service}.${writtenName(property, 'bytes')}`
  try {
    return { memory: reserve(bytes), setting }
  } catch (cause) {
    const sentence = `no memory can be reserved for ${setting}=${formatSize(bytes)}; lower it`
    throw new RangeError(sentence, { cause })
  }
}
