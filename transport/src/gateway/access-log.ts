/**
 * One line for each request, the same on every surface. At debug level, for a busy node answers far more than
 * anyone reads; what the node itself got wrong is a warning.
 */

import type { Caller } from '@ron/kernel/contract/contract'
import type { Log } from '@ron/kernel/ports/log'
import type { Correlation } from '../http/correlation.ts'

export interface Served {
  readonly correlation: Correlation
  readonly route: string
  readonly method: string
  readonly peer: string
  readonly status: number
  /** `ok`, or the code of the refusal. */
  readonly outcome: string
  /** Null when the wall let nobody in. */
  readonly caller: Caller | null
  readonly seconds: number
}

export function logServed(log: Log, served: Served): void {
  const { correlation, route, method, peer, status, outcome, caller, seconds } = served
  log[status >= 500 ? 'warn' : 'debug']('request', {
    request_id: correlation.requestId,
    trace_id: correlation.traceId,
    peer_addr: peer,
    route,
    method,
    status,
    outcome,
    tenant: caller?.tenant,
    capability_id: caller?.subject,
    latency_ms: Math.round(seconds * 1e6) / 1e3,
  })
}
