/** What a drill may do to this node: make the real thread of a service fall. */

import type { Chaos } from '@ron/admin/chaos'
import type { Services } from '../supervisor/services.ts'
import { falls, isFall } from '../thread/fall.ts'

export function chaosOf(allowed: boolean, services: Services): Chaos {
  return {
    allowed,
    fix: 'set admin.chaos=always, or listen for admins on loopback',
    falls,
    topple(service, how) {
      if (!isFall(how) || !services.status().some(({ name }) => name === service)) return 'unknown'
      return services.topple(service, how) ? 'falling' : 'not running'
    },
  }
}
