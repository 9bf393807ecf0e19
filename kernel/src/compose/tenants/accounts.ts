/** The accounts of tenants under the settings of a node. */

import { Accounts } from '@ron/transport/wall/tenants/accounts'
import type { NodeConfig } from '../../config/node-config.ts'
import { limitsByTenant, limitsOfEverybody } from '../../config/tenants.ts'
import type { Clock } from '../../ports/clock.ts'

export function accountsOf({ quota }: NodeConfig, clock: Clock): Accounts {
  return new Accounts({
    clock,
    everybody: limitsOfEverybody(quota),
    named: limitsByTenant(quota),
    tenantsMax: quota.tenantsMax,
    tarpitMs: quota.tarpitMs,
  })
}
