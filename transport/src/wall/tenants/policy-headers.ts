/**
 * Quotas as structured fields (RFC 9651), as the draft "RateLimit header fields for HTTP" of the IETF's httpapi group
 * names them: `RateLimit-Policy` says what there is, `RateLimit` what is left of it.
 *
 *     RateLimit-Policy: "requests";q=500;w=1, "bytes";q=4194304;w=1;qu="content-bytes"
 *     RateLimit: "requests";r=0;t=1
 */

import type { TenantLimits } from '@ron/kernel/contract/tenant-limits'

/** The quotas there are, by the name that a refusal gives as its rule. */
export type QuotaName = 'requests' | 'bytes' | 'cpu' | 'in-flight' | 'connections'

/** Empty when nothing is limited. `cpu` is in milliseconds of service time. */
export function policyField({
  requestsPerSecond,
  bytesPerSecond,
  cpuPercent,
  inFlight,
  connections,
}: TenantLimits): string {
  return [
    ...(requestsPerSecond > 0 ? [`"requests";q=${requestsPerSecond};w=1`] : []),
    ...(bytesPerSecond > 0 ? [`"bytes";q=${bytesPerSecond};w=1;qu="content-bytes"`] : []),
    ...(cpuPercent > 0 ? [`"cpu";q=${cpuPercent * 10};w=1;qu="milliseconds"`] : []),
    ...(inFlight > 0 ? [`"in-flight";q=${inFlight};qu="concurrent-requests"`] : []),
    ...(connections > 0 ? [`"connections";q=${connections};qu="connections"`] : []),
  ].join(', ')
}

/** That nothing is left of a quota for so long. */
export function usedUpField(name: QuotaName | 'capability', waitMs: number): string {
  return `"${name}";r=0;t=${Math.max(1, Math.ceil(waitMs / 1_000))}`
}
