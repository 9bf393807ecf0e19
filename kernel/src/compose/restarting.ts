/** What an operator may have done to a service that is to go on: restart it. */

import type { Restarting } from '@ron/admin/services'
import { byKernel, type Audit } from '../audit/audit.ts'
import { Refusal } from '../contract/refusals.ts'
import type { Services } from '../supervisor/services.ts'

export function restartingOf(services: Services, audit: Audit): Restarting {
  return {
    restart(service, graceMs, { subject, traceId }) {
      const act = { subject, tenant: byKernel.tenant, traceId, verb: 'admin.restart', target: service }
      return audit.around(act, async () => {
        try {
          return await services.restart(service, graceMs)
        } catch (cause) {
          if (cause instanceof Refusal) throw cause
          const because = `${service} was stopped and its next thread is not up; it is tried again: ${String(cause)}`
          const fix = 'ronctl status has the cause; the log has the stack'
          throw new Refusal('Unavailable', because, { explain: { wall: 'handler', fix } }, { cause })
        }
      })
    },
  }
}
