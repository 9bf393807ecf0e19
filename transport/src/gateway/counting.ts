/** Which counters a refusal moves. What the wall refuses it counts itself; this is for everything else. */

import type { Refusal, RefusalCode } from '@ron/kernel/contract/refusals'
import type { FrontMeter, RejectReason } from '@ron/kernel/ports/meter'

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

export function countAtEdge(meter: FrontMeter, { code }: Refusal): void {
  const reason = edge[code]
  if (reason !== undefined) meter.rejected(reason)
  if (code === 'DecompressCap') meter.integrityFailure('decompress_cap')
}

/** Refusals that came back from a service or from the queue in front of it. */
export function countFromService(meter: FrontMeter, { code }: Refusal): void {
  if (code === 'Busy' || code === 'Unavailable') meter.rejected('backpressure')
  if (code === 'DigestMismatch' || code === 'IntegrityFail') meter.integrityFailure('blake3_mismatch')
}
