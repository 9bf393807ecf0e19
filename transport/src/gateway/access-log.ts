/**
 * What is told of each request, the same on every surface: one line to the log, at debug level, for a busy node answers
 * far more than anyone reads; what the node itself got wrong is a warning. And whoever observes requests is told of those
 * they want to know of. One that is remembered is an example of how long its kind takes.
 */

import type { AnsweredRequest } from '@ron/kernel/ports/requests'
import type { Correlation } from '../http/correlation.ts'
import type { Front } from './front.ts'

export interface Served extends Omit<AnsweredRequest, 'requestId' | 'correlationId' | 'traceId' | 'traced'> {
  readonly correlation: Correlation
  /** Without what lasts as long as its client likes. */
  readonly seconds: number
}

type Told = Pick<Front, 'clock' | 'log' | 'meter' | 'requests'>

export function tellServed({ clock, log, meter, requests }: Told, served: Served): void {
  const { correlation, route, method, peer, status, refusal, caller, stages, seconds } = served
  const { requestId, correlationId, traceId, sampled } = correlation
  log[status >= 500 ? 'warn' : 'debug']('request', {
    request_id: requestId,
    trace_id: traceId,
    peer_addr: peer,
    route,
    method,
    status,
    outcome: refusal === null ? 'ok' : refusal.code,
    tenant: caller?.tenant,
    capability_id: caller?.subject,
    latency_ms: Math.round(seconds * 1e6) / 1e3,
  })
  const traced = sampled && caller !== null
  if (!requests.wants(route, refusal?.code ?? null, stages.fromMs, stages.endMs, traced)) return
  const remembered = requests.answered({ ...served, requestId, correlationId, traceId, traced })
  if (remembered) meter.exemplar(route, method, { traceId, value: seconds, atMs: clock.now() })
}
