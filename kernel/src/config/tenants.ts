/** The limits of tenants as the settings say them: those of everybody, and those of whom a row names. */

import { tenantRow, type TenantLimits } from '../contract/tenant-limits.ts'
import type { NodeValues } from './node-sections.ts'

export function limitsOfEverybody(quota: NodeValues['quota']): TenantLimits {
  return {
    requestsPerSecond: quota.tenantRequestsPerSecond,
    bytesPerSecond: quota.tenantBytesPerSecond,
    cpuPercent: quota.tenantCpuPercent,
    inFlight: quota.tenantInFlight,
    connections: quota.tenantConnections,
    weight: 1,
  }
}

/** By tenant. The rules have refused a row that cannot be read. */
export function limitsByTenant(quota: NodeValues['quota']): ReadonlyMap<string, TenantLimits> {
  const everybody = limitsOfEverybody(quota)
  return new Map(
    quota.tenants.flatMap((written) => {
      const row = tenantRow(written, everybody)
      return typeof row === 'string' ? [] : [[row.tenant, row.limits] as const]
    }),
  )
}
