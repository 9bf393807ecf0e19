/**
 * Feeds the audit log off the path of requests: acts wait in an outbox, and leave it in batches, at latest after a
 * twentieth of a second. A privileged act goes on only when its beginning is in the log; when that cannot be, it
 * is refused. Nothing else ever waits for the log.
 */

import type { Act } from '../contract/acts.ts'
import { Refusal } from '../contract/refusals.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import { byKernel, type Audit, type PrivilegedAct } from './audit.ts'
import { closedBecause, stuck, type Closed } from './closed.ts'
import { Outbox, type Batch, type Waiting } from './outbox.ts'

export const bounds = { capacity: 4_096, denialsMax: 3_584, batchMax: 256 } as const
/** How long an act may wait for others to be recorded with. */
const lingerMs = 50
/** A log that did not take a batch is asked again after so long, and one that is full after longer. */
const retryMs = 100
const fullRetryMs = 1_000
/** How long a privileged act waits for its record. */
const recordWithinMs = 1_000
/** A record of what was lost takes room too, so there is at most one in this time. */
const gapEveryMs = 60_000

export interface FeedParts {
  /** Resolves when the batch is in the log. Rejects with a `Refusal`. */
  readonly send: (batch: Batch) => Promise<void>
  readonly clock: Clock
  readonly log: Log
  readonly meter: AuditMeter
}

export interface AuditMeter {
  /** An act is in the log, this long after it happened. */
  recorded(seconds: number): void
  lost(count: number): void
}

export class AuditFeed implements Audit {
  readonly #parts: FeedParts
  readonly #outbox = new Outbox(bounds)
  /** Who waits for the record of an act. */
  readonly #awaited = new Map<Waiting, (recorded: boolean) => void>()
  #full: string | null = null
  #pumping = false
  #cancelNext: (() => void) | null = null
  #gapToldMs = Number.NEGATIVE_INFINITY

  constructor(parts: FeedParts) {
    this.#parts = parts
  }

  get waiting(): number {
    return this.#outbox.length
  }

  get lost(): number {
    return this.#outbox.lost
  }

  note(act: Act): void {
    this.#offer(act)
    this.#later(lingerMs)
  }

  async around<Result>(act: PrivilegedAct, work: () => Result | Promise<Result>): Promise<Result> {
    await this.#begin(act)
    try {
      const result = await work()
      this.note({ ...act, kind: 'act.end', outcome: 'done' })
      return result
    } catch (thrown) {
      const refused = thrown instanceof Refusal && thrown.code !== 'Fault'
      const code = thrown instanceof Refusal ? thrown.code : 'Fault'
      this.note({ ...act, kind: 'act.end', outcome: refused ? 'refused' : 'failed', code })
      throw thrown
    }
  }

  /** Sends what waits now, and resolves when nothing does any more or the time is up. */
  async flush(withinMs: number): Promise<void> {
    const { clock } = this.#parts
    const until = clock.monotonic() + withinMs
    while (this.#outbox.length > 0 && clock.monotonic() < until) {
      void this.#pump()
      await new Promise<void>((resolve) => void clock.after(lingerMs, resolve))
    }
  }

  /** Resolves when the beginning of the act is recorded; rejects when it could not be, and then it may not happen. */
  async #begin(act: PrivilegedAct): Promise<void> {
    const closed = this.#closed()
    if (closed !== null) throw this.#refused(act, closed)
    const waiting = this.#offer({ ...act, kind: 'act.begin', outcome: 'begun' })
    if (waiting === null) throw this.#refused(act, this.#closed() ?? stuck)
    const recorded = new Promise<boolean>((resolve) => {
      const cancel = this.#parts.clock.after(recordWithinMs, () => {
        this.#awaited.delete(waiting)
        resolve(false)
      })
      this.#awaited.set(waiting, (recorded) => {
        cancel()
        resolve(recorded)
      })
    })
    void this.#pump()
    if (!(await recorded)) throw this.#refused(act, this.#closed() ?? stuck)
  }

  #refused(act: PrivilegedAct, { code, rule, because, fix }: Closed): Refusal {
    this.note({ ...act, kind: 'denial', outcome: 'refused', code, rule })
    return new Refusal(code, because, { explain: { wall: 'audit', rule, fix } })
  }

  #closed(): Closed | null {
    const { oldestSinceMs, length: waiting } = this.#outbox
    const facts = { waiting, capacity: bounds.capacity, oldestSinceMs, full: this.#full }
    return closedBecause(facts, this.#parts.clock.monotonic())
  }

  #offer(act: Act): Waiting | null {
    const { clock, log, meter } = this.#parts
    const waiting = this.#outbox.offer(act, clock.now(), clock.monotonic())
    if (waiting !== null) return waiting
    const { lost } = this.#outbox
    meter.lost(act.count ?? 1)
    if (lost === (act.count ?? 1))
      log.error('the audit log takes no records, and acts go unrecorded', { lost })
    return null
  }

  /** One batch at a time, until nothing waits or the log does not take any. */
  async #pump(): Promise<void> {
    if (this.#pumping) return
    this.#pumping = true
    this.#cancelNext?.()
    this.#cancelNext = null
    let againMs: number | null = null
    for (let batch = this.#outbox.take(); batch !== null && againMs === null; batch = this.#outbox.take()) {
      againMs = await this.#sent(batch)
    }
    this.#pumping = false
    if (againMs !== null) this.#later(againMs)
  }

  /** Null when the batch is off the outbox, else when to try again. */
  async #sent(batch: Batch): Promise<number | null> {
    try {
      await this.#parts.send(batch)
    } catch (thrown) {
      return this.#failed(batch, thrown)
    }
    this.#outbox.recorded()
    if (!batch.denials) this.#full = null
    const nowMs = this.#parts.clock.monotonic()
    for (const waiting of batch.acts) {
      this.#parts.meter.recorded((nowMs - waiting.sinceMs) / 1_000)
    }
    this.#settle(batch, true)
    this.#tellGap(nowMs)
    return null
  }

  #failed(batch: Batch, thrown: unknown): number | null {
    const isFull = thrown instanceof Refusal && thrown.code === 'Full'
    if (!isFull) return retryMs
    if (!batch.denials) {
      if (this.#full === null) this.#parts.log.error('the audit log is full', { because: thrown.message })
      this.#full = thrown.message
      this.#settle(batch, false)
      return fullRetryMs
    }
    // The log keeps what room is left for other acts.
    const before = this.#outbox.lost
    this.#outbox.dropped()
    this.#parts.meter.lost(this.#outbox.lost - before)
    if (before === 0)
      this.#parts.log.error('the audit log has no room for denials', { because: thrown.message })
    this.#tellGap(this.#parts.clock.monotonic())
    return null
  }

  /** Tells those who wait for a record of these. */
  #settle({ acts }: Batch, recorded: boolean): void {
    for (const waiting of acts) {
      this.#awaited.get(waiting)?.(recorded)
      this.#awaited.delete(waiting)
    }
  }

  /** A record that says how much is missing before it. */
  #tellGap(nowMs: number): void {
    const untold = this.#outbox.lost > 0 && nowMs - this.#gapToldMs >= gapEveryMs
    if (!untold || this.#outbox.length >= bounds.capacity) return
    this.#gapToldMs = nowMs
    const lost = this.#outbox.tellLost()
    this.#offer({ ...byKernel, kind: 'audit.gap', outcome: 'failed', target: 'audit', count: lost })
    this.#parts.log.warn('the audit log tells of a gap', { lost })
  }

  #later(ms: number): void {
    if (this.#pumping || this.#cancelNext !== null) return
    this.#cancelNext = this.#parts.clock.after(ms, () => void this.#pump())
  }
}
