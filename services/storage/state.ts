/**
 * All that storage has, as the threads before this one recorded it, and the one journal in which it goes on
 * being recorded: who holds what, and the media made of it. What is decided about either is decided elsewhere.
 *
 * Content is stored first and recorded second, released by a record first and deleted second. A crash between
 * the two leaves content that no record speaks of, and that is deleted when the records are replayed.
 */

import type { Blobs } from '@ron/kernel/ports/blobs'
import type { Clock } from '@ron/kernel/ports/clock'
import type { Journal } from '@ron/kernel/ports/journal'
import type { Log } from '@ron/kernel/ports/log'
import type { Stamps } from '@ron/kernel/ports/stamps'
import { journaled, rebuild, type Journaled } from '../journaled.ts'
import { Budget } from './budget.ts'
import { ChangeRecords, type Change } from './changes.ts'
import { Holdings } from './holdings.ts'
import { isMediaChange } from './media/changes.ts'
import { Shelf } from './media/shelf.ts'
import { stampKey } from './reading.ts'

/** Content is overwritten when it goes, which for so much of it takes some milliseconds. */
const releasesPerTurn = 16

/** What storage stands on. */
export interface StatePorts {
  readonly blobs: Blobs
  readonly journal: Journal
  readonly stamps: Stamps
  readonly clock: Clock
  readonly log: Log
}

export interface StateLimits {
  readonly bytesMax: number
  /** None, as 0, for no limit. */
  readonly tenantBytesMax?: number
  readonly verifyReads: boolean
}

export class State {
  readonly held: Holdings
  readonly shelf: Shelf
  readonly budget: Budget
  readonly journal: Journaled
  /** Resolves when the content of what was not recorded is gone. */
  readonly swept: Promise<void>
  readonly #stamps: Stamps
  readonly #clock: Clock
  readonly #records = new ChangeRecords()

  /** Takes over what was recorded; the content of what was not is freed meanwhile. */
  static async open(ports: StatePorts, limits: StateLimits): Promise<State> {
    const records = new ChangeRecords()
    const { held, shelf } = await rebuild(ports.journal, ports.log, () => {
      const held = new Holdings(ports.blobs, limits.verifyReads)
      const shelf = new Shelf(held)
      const redo = (change: Change) => (isMediaChange(change) ? shelf.redo(change) : held.redo(change))
      return {
        projection: { held, shelf },
        apply: (record) => redo(records.decode(record)),
        snapshot: () => snapshot(held, shelf),
      }
    })
    return new State(held, shelf, ports, limits)
  }

  private constructor(held: Holdings, shelf: Shelf, ports: StatePorts, limits: StateLimits) {
    this.held = held
    this.shelf = shelf
    this.budget = new Budget(held, shelf, limits.bytesMax, limits.tenantBytesMax)
    this.journal = journaled(ports.journal, () => snapshot(held, shelf))
    this.#stamps = ports.stamps
    this.#clock = ports.clock
    this.swept = held.vault.sweep()
  }

  /** Throws a `Refusal` (Full) when there is no room, and then nothing has been recorded. */
  record(change: Change): void {
    this.journal.record(this.#records.encode(change))
  }

  /** Records a change after which there is less: a snapshot is shorter by about `undone`. */
  recordRelease(change: Change, undone: Iterable<Change>): void {
    let freedBytes = 0
    for (const each of undone) freedBytes += this.#records.encode(each).length
    this.journal.release(this.#records.encode(change), freedBytes)
  }

  /** Whoever keeps an answer about any of these asks again. Before anybody is told of the change. */
  changed(tenant: string, name: string | null, addresses: Iterable<string>): void {
    if (name !== null) this.#stamps.advance(stampKey.name(tenant, name))
    for (const address of addresses) this.#stamps.advance(stampKey.address(tenant, address))
  }

  /** Lets go of these holds, a few in a turn; resolves when what nobody holds any more is gone. */
  async release(addresses: readonly string[]): Promise<void> {
    for (let first = 0; first < addresses.length; first += releasesPerTurn) {
      if (first > 0) await new Promise<void>((resolve) => void this.#clock.after(0, resolve))
      const few = addresses.slice(first, first + releasesPerTurn)
      await Promise.all(few.map((address) => this.held.vault.release(address)))
    }
  }
}

/** Records that would make all of it again. Each is valid until the next is asked for. */
function* snapshot(held: Holdings, shelf: Shelf): Generator<Uint8Array> {
  // Records of its own: a compaction comes while a record waits for the room it makes.
  const records = new ChangeRecords()
  for (const change of held.snapshot()) yield records.encode(change)
  for (const change of shelf.snapshot()) yield records.encode(change)
}
