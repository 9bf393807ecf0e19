/**
 * The alarm about conversations that went on, or were refused, without a session: each is counted, and one line of the
 * log and one record of the audit log stand for all of a minute.
 */

import { byKernel, type Audit } from '../../audit/audit.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { DowngradeReason } from '../../ports/meter.ts'

const quietMs = 60_000

export class DowngradeAlarm {
  readonly #clock: Clock
  readonly #log: Log
  readonly #audit: Audit
  readonly #count: (reason: DowngradeReason) => void
  /** What happened since the last line, by reason; null when the next may be told at once. */
  #untold: Map<DowngradeReason, number> | null = null
  #cancel = () => {}

  constructor(clock: Clock, log: Log, audit: Audit, count: (reason: DowngradeReason) => void) {
    this.#clock = clock
    this.#log = log
    this.#audit = audit
    this.#count = count
  }

  raise(reason: DowngradeReason, peer: string): void {
    this.#count(reason)
    if (this.#untold !== null) {
      this.#untold.set(reason, (this.#untold.get(reason) ?? 0) + 1)
      return
    }
    this.#tell(reason, 1, { peer })
    this.#wait()
  }

  stop(): void {
    this.#cancel()
  }

  #wait(): void {
    const untold = new Map<DowngradeReason, number>()
    this.#untold = untold
    this.#cancel = this.#clock.after(quietMs, () => {
      this.#untold = null
      if (untold.size === 0) return
      for (const [reason, count] of untold) this.#tell(reason, count, { within_ms: quietMs })
      this.#wait()
    })
  }

  #tell(reason: DowngradeReason, count: number, more: Readonly<Record<string, string | number>>): void {
    const refused = reason === 'required'
    this.#log.warn(
      refused
        ? 'alarm: a conversation without a post-quantum session was refused'
        : 'alarm: a conversation goes on without a post-quantum session',
      { reason, count, ...more },
    )
    const outcome = refused ? 'refused' : 'done'
    this.#audit.note({ ...byKernel, kind: 'pq.downgrade', outcome, target: 'oap', code: reason, count })
  }
}
