/** What the kernel tells and asks about tenants while it shares the services out among them. */

export interface TenantLedger {
  /** Its share beside others, from 1 on. */
  weightOf(tenant: string): number
  /** A service worked for it for so long, in microseconds. */
  worked(tenant: string, micros: number): void
  /** A request of `whom` waited for so long because the service worked for `who`, in microseconds. */
  delayed(who: string, whom: string, micros: number): void
}
