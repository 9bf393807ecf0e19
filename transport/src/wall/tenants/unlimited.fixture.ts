import type { TenantLimits } from '@ron/kernel/contract/tenant-limits'

/** For who may take whatever there is, at the usual weight. */
export const unlimited: TenantLimits = {
  requestsPerSecond: 0,
  bytesPerSecond: 0,
  cpuPercent: 0,
  inFlight: 0,
  connections: 0,
  weight: 1,
}
