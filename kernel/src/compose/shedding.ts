/** The degradation ladder of a running node: what presses on it is looked at ten times a second. */

import { degradedHeader } from '@ron/admin/endpoints'
import { Refusal } from '../contract/refusals.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import { felt, ladderShape, shed, shedBy, wholeLadder, type Rung } from '../readiness/ladder.ts'

const lookMs = 100
/** A timer of the kernel that is so late says that it can bear no more. */
const lagMaxMs = 1_000
/** The kernel is not well while its timers are later than this. */
const unwellMs = 2_000
const retryAfterMs = ladderShape.recoverMs

export interface Shedding {
  /** Why an operation of this verb is not served now; null when it is. */
  refusal(verb: string): Refusal | null
  shed(): readonly Rung[]
  stop(): void
}

/**
 * `waiting` is the share of its places that the most wanted service has taken; `kernel` is told whether the kernel's own
 * timers are on time, for the readiness gate.
 */
export function shedding(
  waiting: () => number,
  clock: Clock,
  log: Log,
  kernel: (well: boolean, because: string) => void,
): Shedding {
  let ladder = wholeLadder
  let dueMs = clock.monotonic() + lookMs

  const look = () => {
    const nowMs = clock.monotonic()
    const lateMs = Math.max(0, nowMs - dueMs)
    const before = ladder.level
    ladder = felt(ladder, { waiting: waiting(), lag: lateMs / lagMaxMs }, nowMs, ladderShape)
    if (ladder.level !== before) {
      const level = ladder.level > before ? 'warn' : 'info'
      log[level]('what is shed has changed', { shed: shed(ladder).join(', '), late_ms: Math.round(lateMs) })
    }
    kernel(lateMs < unwellMs, `its timers are ${Math.round(lateMs)} ms late`)
    dueMs = nowMs + lookMs
    cancel = clock.after(lookMs, look)
  }
  let cancel = clock.after(lookMs, look)
  kernel(true, '')

  return {
    refusal(verb) {
      const rung = shedBy(ladder, verb)
      return rung === null ? null : shedRefusal(rung, shed(ladder))
    },
    shed: () => shed(ladder),
    stop: () => cancel(),
  }
}

function shedRefusal(rung: Rung, all: readonly Rung[]): Refusal {
  return new Refusal('NotReady', `${rung} is not served while the node is overloaded`, {
    retryAfterMs,
    explain: { wall: 'admission', rule: `shed-${rung}`, fix: `wait ${retryAfterMs} ms` },
    headers: { [degradedHeader]: all.join(', ') },
  })
}
