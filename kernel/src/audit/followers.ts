/**
 * Those who follow the audit log. Each has a place in it and reads on from there when something was recorded, so what waits
 * for a slow one is a number and a batch. One that falls too far behind is taken forward and told how many records
 * it was not shown; they are in the log all the same.
 */

import { Refusal } from '../contract/refusals.ts'
import type { Clock } from '../ports/clock.ts'
import type { CallSignal } from '../ports/dispatch.ts'
import type { Fields } from '../ports/port.ts'

export const followBounds = {
  followersMax: 16,
  /** Records that are read at once. */
  batchMax: 256,
  /** Between two batches of one follower. */
  batchEveryMs: 100,
  /** Records that a follower may be behind. */
  lagMax: 4_096,
} as const
/** How often a follower is asked whether it still may. */
const lookEveryMs = 1_000

/** Some records of the log; `size` is how many there are in all. */
export interface Read {
  readonly first: number
  readonly size: number
  /** Each in JSON. */
  readonly records: readonly string[]
}

export interface FollowersParts {
  /** From that one on, or the last ones. Rejects with a `Refusal` while the log cannot be read. */
  readonly read: (from: number | null, limit: number) => Promise<Read>
  readonly clock: Clock
}

/** Where to begin: at that record, or with so many of the last ones. */
export interface Beginning {
  readonly from: number | null
  readonly limit: number
}

type Send = (item: Fields) => Promise<void>

export class Followers {
  readonly #parts: FollowersParts
  readonly #wakes = new Set<() => void>()

  constructor(parts: FollowersParts) {
    this.#parts = parts
  }

  /** There is more in the log. */
  recorded(): void {
    for (const wake of this.#wakes) wake()
  }

  /**
   * Sends records until the signal says that nobody listens, or `stillMay`, which is asked every second, throws. Rejects with
   * a `Refusal` when there are too many, or when the log cannot be read at the beginning.
   */
  async follow(beginning: Beginning, send: Send, gone: CallSignal, stillMay: () => void): Promise<void> {
    const { followersMax } = followBounds
    if (this.#wakes.size >= followersMax) {
      const fix = 'end one of them, such as a ronctl tail that was left running'
      throw new Refusal('Busy', `${followersMax} follow the audit log already, the most that may`, {
        explain: { wall: 'handler', fix },
      })
    }
    let more = false
    let goOn = () => {}
    const wake = () => {
      more = true
      goOn()
    }
    this.#wakes.add(wake)
    gone.addEventListener('abort', wake)
    try {
      let next = await this.#begun(beginning, send)
      while (!gone.aborted) {
        stillMay()
        more = false
        const before = next
        next = await this.#readOn(next, send, gone)
        if (next > before) await this.#paused(followBounds.batchEveryMs, () => {})
        else if (!more) await this.#paused(lookEveryMs, (early) => (goOn = early))
      }
    } finally {
      this.#wakes.delete(wake)
    }
  }

  /** Resolves with the number of the next record. */
  async #begun({ from, limit }: Beginning, send: Send): Promise<number> {
    // The last one is read also when none is wanted: it says where the log ends.
    const last = await this.#parts.read(null, Math.max(1, limit))
    const shown = from === null && limit > 0 ? last.records : []
    for (const record of shown) await send(itemOf(record))
    // A shorter log is another one, of which nothing was seen yet.
    const next = from === null ? last.first + last.records.length : from > last.size ? 0 : from
    await send({ kind: 'now', at: new Date(this.#parts.clock.now()).toISOString(), next })
    return next
  }

  /** The next batch, if there is one. A log that cannot be read for a moment is read again later. */
  async #readOn(from: number, send: Send, gone: CallSignal): Promise<number> {
    const { batchMax, lagMax } = followBounds
    const read = await this.#parts.read(from, batchMax).catch(pass)
    if (read === null) return from
    const behind = read.size - from
    if (behind > lagMax) {
      await send({ kind: 'missed', count: behind - batchMax })
      return read.size - batchMax
    }
    for (const record of read.records) if (!gone.aborted) await send(itemOf(record))
    return read.first + read.records.length
  }

  #paused(ms: number, whoEndsIt: (early: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(ms, resolve)
      whoEndsIt(() => {
        cancel()
        resolve()
      })
    })
  }
}

function pass(thrown: unknown): null {
  if (thrown instanceof Refusal) return null
  throw thrown
}

function itemOf(record: string): Fields {
  const { kind, ...rest }: Fields = JSON.parse(record)
  return { kind: 'audit', act: kind, ...rest }
}
