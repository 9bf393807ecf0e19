/** For services that are run without a node around them: nobody counts, and all are alike. */

import type { TenantLedger } from '../ports/tenants.ts'

export const noLedger: TenantLedger = { weightOf: () => 1, worked() {}, delayed() {} }
