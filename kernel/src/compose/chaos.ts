/** What a drill may do to this node: make the real thread of a service fall. */

import type { Chaos } from '@ron/admin/chaos'
import { byKernel, type Audit } from '../audit/audit.ts'
import type { Services } from '../supervisor/services.ts'
import { falls, isFall } from '../thread/fall.ts'

export function chaosOf(allowed: boolean, services: Services, audit: Audit): Chaos {
  return {
    allowed,
    fix: 'set admin.chaos=always, or listen for admins on loopback',
    falls,
    async topple(service, how, { subject, traceId }) {
      if (!isFall(how) || !services.status().some(({ name }) => name === service)) return 'unknown'
      const { tenant } = byKernel
      const act = { subject, tenant, traceId, verb: 'admin.chaos', target: `${service} ${how}` }
      return audit.around(act, () => (services.topple(service, how) ? 'falling' : 'not running'))
    },
  }
}
