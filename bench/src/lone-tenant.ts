/** A macronode gives each tenant its share; where one tenant is all there is, it has the whole node, as on a micronode. */
export const loneTenant = [
  'quota.tenant_requests_per_second=0',
  'quota.tenant_bytes_per_second=0B',
  'quota.tenant_cpu_percent=100',
] as const
