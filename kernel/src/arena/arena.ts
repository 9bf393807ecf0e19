/**
 * What one stateful service keeps beyond its threads: memory that the kernel reserves once, as large as the
 * service's config says, lends to each of its threads in turn and overwrites with zeros when the node ends.
 */

import { writtenName } from '../config/catalogue.ts'
import type { Contract } from '../contract/contract.ts'
import { formatSize } from '../contract/units.ts'
import { lendBlobs, newBlobsMemory, zeroizeBlobs, type BlobsPlace } from './blobs-segment.ts'
import { lendJournal, newJournalMemory, zeroizeJournal, type JournalPlace } from './journal-segment.ts'
import { newStampMemory, StampTable } from './stamp-table.ts'

/** Where a service keeps its state. Plain data and shared memory, so that it crosses. */
export interface StatePlace {
  readonly journal: JournalPlace
  readonly blobs: BlobsPlace | null
  readonly stamps: SharedArrayBuffer | null
}

/** The numbers under which one thread may write there. */
export interface StateLease {
  readonly journal: number
  readonly blobs: number | null
}

export class Arena {
  readonly place: StatePlace
  /** Null when nobody keeps its answers. */
  readonly stamps: StampTable | null

  /** `config` holds the checked values of the service's section. Throws a sentence when there is no such memory. */
  constructor(
    { name }: Contract,
    { journal, blobs, stamps }: NonNullable<Contract['state']>,
    config: unknown,
  ) {
    this.place = {
      journal: reserved(name, journal, config, newJournalMemory),
      blobs: blobs === null ? null : reserved(name, blobs, config, newBlobsMemory),
      stamps: stamps ? newStampMemory() : null,
    }
    this.stamps = this.place.stamps && new StampTable(this.place.stamps)
  }

  /** For the next thread; the one before has ended. */
  lend(): StateLease {
    const { journal, blobs } = this.place
    this.stamps?.advanceAll()
    return { journal: lendJournal(journal.memory), blobs: blobs && lendBlobs(blobs.memory) }
  }

  /** Once no thread runs any more. Says how many bytes were overwritten. */
  zeroize(): number {
    const { journal, blobs } = this.place
    return (blobs === null ? 0 : zeroizeBlobs(blobs.memory)) + zeroizeJournal(journal.memory)
  }
}

function reserved(
  service: string,
  property: string,
  config: unknown,
  reserve: (bytes: number) => SharedArrayBuffer,
): { readonly memory: SharedArrayBuffer; readonly setting: string } {
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
