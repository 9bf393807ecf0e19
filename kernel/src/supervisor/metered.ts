/** A call to a service as the kernel sees it: how long it took, how it ended, and what only the log may know. */

import { Refusal } from '../contract/refusals.ts'
import { described } from '../call/described.ts'
import type { ServiceMeter } from '../metrics/metrics.ts'
import type { Clock } from '../ports/clock.ts'
import type { Answer } from '../ports/dispatch.ts'
import type { Log } from '../ports/log.ts'

export interface Metered {
  readonly service: string
  readonly operation: string
  readonly traceId: string
  readonly clock: Clock
  readonly meter: ServiceMeter
  readonly log: Log
}

/** The answer of the call that `ask` makes. Rejects with a `Refusal`, whatever the call threw. */
export function metered(call: Metered, ask: () => Promise<Answer>): Promise<Answer> {
  const { service, operation, clock, meter } = call
  const from = clock.monotonic()
  const ended = (as: string) => meter.answered(service, operation, as, (clock.monotonic() - from) / 1_000)
  return ask().then(
    (answer) => {
      ended('ok')
      return answer
    },
    (thrown: unknown) => {
      const refusal = asRefusal(call, thrown)
      ended(refusal.code)
      throw refusal
    },
  )
}

function asRefusal({ service, operation, traceId, log }: Metered, thrown: unknown): Refusal {
  if (thrown instanceof Refusal && thrown.cause === undefined) return thrown
  const name = `${service}.${operation}`
  log.error('fault', { operation: name, trace_id: traceId, fault: described(thrown) })
  if (thrown instanceof Refusal) return thrown
  return new Refusal('Fault', `${name} could not be asked; the log has the reason under this trace id`)
}
