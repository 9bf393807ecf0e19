/**
 * Where governed acts wait for the audit log: a bounded queue that loses what does not fit and says how much. The
 * same denial again is one record with a count as long as it waits, for anybody may be denied as often as they
 * like. It knows no thread, no timer and no log; `feed.ts` empties it.
 */

import type { Act } from '../contract/acts.ts'

export interface OutboxBounds {
  /** Most acts that wait, those on their way included. */
  readonly capacity: number
  /** Most of them that denials may take; the rest is for what matters more. */
  readonly denialsMax: number
  /** Most acts of one batch. */
  readonly batchMax: number
}

/** An act and when it was: on the wall clock for the record, on the steady one for how long it waits. */
export interface Waiting {
  readonly act: Act
  readonly atMs: number
  readonly sinceMs: number
  /** How many such acts it stands for. */
  readonly count: number
}

/** Acts that are recorded together. Denials never are with others, so that a log may refuse them alone. */
export interface Batch {
  /** Acts that were recorded before these, by which a log knows what it is sent again. */
  readonly number: number
  readonly acts: readonly Waiting[]
  readonly denials: boolean
}

interface Slot extends Waiting {
  count: number
}

export class Outbox {
  readonly #bounds: OutboxBounds
  readonly #waiting: Slot[] = []
  /** Denials that wait, by all that their record would say. */
  readonly #denials = new Map<string, Slot>()
  #sending: Batch | null = null
  #recorded = 0
  #lost = 0

  constructor(bounds: OutboxBounds) {
    this.#bounds = bounds
  }

  /** Acts that wait or are on their way. */
  get length(): number {
    return this.#waiting.length + (this.#sending?.acts.length ?? 0)
  }

  /** When the act that waits longest began to wait; null when none does. */
  get oldestSinceMs(): number | null {
    return (this.#sending?.acts[0] ?? this.#waiting[0])?.sinceMs ?? null
  }

  /** Acts that were lost and that no record tells of yet. */
  get lost(): number {
    return this.#lost
  }

  /** Null when there is no room, and then the act is lost. */
  offer(act: Act, atMs: number, sinceMs: number): Waiting | null {
    const key = act.kind === 'denial' ? keyOf(act) : null
    const same = key === null ? undefined : this.#denials.get(key)
    if (same !== undefined) {
      same.count++
      return same
    }
    const { capacity, denialsMax } = this.#bounds
    if (this.length >= (key === null ? capacity : denialsMax)) {
      this.#lost += act.count ?? 1
      return null
    }
    const slot = { act, atMs, sinceMs, count: act.count ?? 1 }
    this.#waiting.push(slot)
    if (key !== null) this.#denials.set(key, slot)
    return slot
  }

  /** The batch that is to be sent: the one on its way, as it was, until it is recorded or dropped. */
  take(): Batch | null {
    this.#sending ??= this.#next()
    return this.#sending
  }

  /** The batch on its way is in the log. */
  recorded(): void {
    this.#recorded += this.#sending?.acts.length ?? 0
    this.#sending = null
  }

  /** The batch on its way is given up, and its acts are lost. */
  dropped(): void {
    for (const { count } of this.#sending?.acts ?? []) this.#lost += count
    this.#sending = null
  }

  /** How many were lost, once it is certain that a record will tell it. */
  tellLost(): number {
    const lost = this.#lost
    this.#lost = 0
    return lost
  }

  #next(): Batch | null {
    const [first] = this.#waiting
    if (first === undefined) return null
    const denials = first.act.kind === 'denial'
    const { batchMax } = this.#bounds
    let count = 1
    for (; count < batchMax; count++) {
      const slot = this.#waiting[count]
      if (slot === undefined || (slot.act.kind === 'denial') !== denials) break
    }
    const acts = this.#waiting.splice(0, count)
    if (denials) for (const { act } of acts) this.#denials.delete(keyOf(act))
    return { number: this.#recorded, acts, denials }
  }
}

/** All that the record of a denial says, beside its trace. */
function keyOf({ verb, target, code, rule, subject, tenant }: Act): string {
  return JSON.stringify([verb, target, code, rule, subject, tenant])
}
