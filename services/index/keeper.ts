/**
 * How the index changes: a change is decided, recorded, applied, and acknowledged once the journal says that
 * it is safe. What was recorded before this thread is applied first. It does not know who asks.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { Journal } from '@ron/kernel/ports/journal'
import type { Log } from '@ron/kernel/ports/log'
import { journaled, rebuild, type Journaled } from '../journaled.ts'
import { OverBudget } from './budget.ts'
import { makesRoom, type Change, type Effect } from './changes/change.ts'
import { Records } from './changes/record.ts'
import type { Projection } from './projection.ts'
import { readSome } from './text/rereading.ts'

export class Keeper {
  readonly projection: Projection
  readonly #journaled: Journaled
  readonly #records = new Records()

  /** Keeps a projection that `begin` makes, which is empty, and the journal fills. */
  static async open(begin: () => Projection, journal: Journal, log: Log): Promise<Keeper> {
    const records = new Records()
    const projection = await rebuild(journal, log, () => {
      const projection = begin()
      return {
        projection,
        apply: (record) => void projection.apply(records.decode(record)),
        meanwhile: () => readSome(projection.texts),
        snapshot: () => snapshotOf(projection),
      }
    })
    return new Keeper(projection, journal)
  }

  private constructor(projection: Projection, journal: Journal) {
    this.projection = projection
    this.#journaled = journaled(journal, () => snapshotOf(projection))
  }

  /** Throws a `Refusal` (Full), with `aside` at the end, when there is no room; then nothing has changed. */
  keep(change: Change, aside = ''): Effect {
    try {
      this.projection.ensureRoom(change)
      const record = this.#records.encode(change)
      if (makesRoom(change)) this.#journaled.release(record, this.projection.freedBytes(change))
      else this.#journaled.record(record)
    } catch (thrown) {
      const isFull = thrown instanceof OverBudget || (thrown instanceof Refusal && thrown.code === 'Full')
      throw isFull ? new Refusal('Full', thrown.message + aside) : thrown
    }
    return this.projection.apply(change)
  }

  acknowledge<Answer>(answer: Answer): Answer | Promise<Answer> {
    return this.#journaled.acknowledge(answer)
  }
}

/** With an encoder of its own: a compaction comes while a record waits for the room it makes. */
function snapshotOf(projection: Projection): Iterable<Uint8Array> {
  return new Records().encodeAll(projection.snapshot())
}
