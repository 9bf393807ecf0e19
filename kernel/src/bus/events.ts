/** What the kernel tells everyone. Broadcast on the bus; counted, logged and acted on by subscribers. */

import type { Cause } from '../supervisor/cause.ts'

export type KernelEvent =
  | { readonly kind: 'Health'; readonly service: string; readonly ok: boolean; readonly because?: string }
  | { readonly kind: 'ConfigUpdated'; readonly version: number }
  | {
      readonly kind: 'ServiceCrashed'
      readonly service: string
      readonly cause: Cause
      readonly because: string
      readonly retryInMs: number
      readonly degraded: boolean
    }
  | { readonly kind: 'ServiceRestarted'; readonly service: string }
  /** It answers again, this long after it was cut off. */
  | { readonly kind: 'ServiceRecovered'; readonly service: string; readonly downMs: number }
  | { readonly kind: 'Shutdown'; readonly because: string; readonly deadlineMs: number }
