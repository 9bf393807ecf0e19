/** Which counters a refusal moves. What the wall refuses it counts itself; this is for everything else. */

import { Refusal, type RefusalCode } from '@ron/kernel/contract/refusals'
import type { FrontMeter, RejectReason } from '@ron/kernel/ports/meter'
import { failing } from '../at-once.ts'

/** Refusals of the surfaces, before a service saw the request. */
const edge: Partial<Record<RefusalCode, RejectReason>> = {
  BadRequest: 'malformed',
  RequestTimeout: 'timeout',
  TooLarge: 'body_cap',
  DecompressCap: 'oap_cap',
  UnsupportedMedia: 'encoding',
  HeadersTooLarge: 'header_cap',
  Busy: 'inflight',
  NotReady: 'not_ready',
  Draining: 'not_ready',
}

/** The refusal itself, once it is counted. */
export function counted(meter: FrontMeter, refusal: Refusal): Refusal {
  const reason = edge[refusal.code]
  if (reason !== undefined) meter.rejected(reason)
  if (refusal.code === 'DecompressCap') meter.integrityFailure('decompress_cap')
  return refusal
}

/** Runs what a surface does with a request on its own, and counts the refusal it may end with. */
export function atEdge<Result>(
  meter: FrontMeter,
  step: () => Result | Promise<Result>,
): Result | Promise<Result> {
  return failing(step, (thrown) => (thrown instanceof Refusal ? counted(meter, thrown) : thrown))
}

/** Refusals that came back from a service or from the queue in front of it. */
export function countFromService(meter: FrontMeter, { code }: Refusal): void {
  if (code === 'Busy' || code === 'Unavailable') meter.rejected('backpressure')
  if (code === 'DigestMismatch' || code === 'IntegrityFail') meter.integrityFailure('blake3_mismatch')
}
