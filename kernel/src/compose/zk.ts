/** The circuits of a node for its operator: how their self-tests ended, a test on demand, and what a scrape asks for. */

import type { ZkView } from '@ron/admin/zk'
import type { zkVerify } from '@ron/services/zk-verify/contract'
import { byKernel, type Audit } from '../audit/audit.ts'
import type { Bus } from '../bus/bus.ts'
import type { EventOf, ResponseOf } from '../contract/contract.ts'
import type { ZkReadings } from '../metrics/zk.ts'
import type { Clock } from '../ports/clock.ts'
import type { Dispatch } from '../ports/dispatch.ts'
import type { Log } from '../ports/log.ts'
import { follow, kernelCaller } from './follow.ts'

type Operations = (typeof zkVerify)['operations']
type Watch = Operations['watch']
type Report = ResponseOf<Operations['report']>

export interface FollowedZk {
  readonly view: ZkView
  readonly readings: ZkReadings
  stop(): void
}

export function followZk(dispatch: Dispatch, bus: Bus, clock: Clock, log: Log, audit: Audit): FollowedZk {
  let tested: EventOf<Watch>['circuits'] = []
  const stop = follow<Watch>(dispatch, bus, clock, log, {
    service: 'zk-verify',
    operation: 'watch',
    changed({ circuits }) {
      tested = circuits
    },
    lost() {
      tested = []
    },
  })
  const views = (circuits: typeof tested) =>
    circuits.map(({ circuit, ok, because, at_ms: atMs }) => ({
      circuit,
      self_test: ok ? ('passed' as const) : ('failed' as const),
      because,
      tested: new Date(atMs).toISOString(),
    }))
  return {
    stop,
    view: {
      circuits: () => views(tested),
      async selfTest({ subject, traceId }) {
        const act = {
          subject,
          traceId,
          tenant: byKernel.tenant,
          verb: 'zk.admin',
          target: 'zk-verify.selfTest',
        }
        const answer = await audit.around(act, () =>
          dispatch.call('zk-verify', 'selfTest', {}, null, { caller: { ...kernelCaller, subject, traceId } }),
        )
        // The compiler held the service to its contract, which says what this is.
        return views((answer.fields as EventOf<Watch>).circuits)
      },
    },
    readings: {
      selfTests: () => tested,
      async read() {
        try {
          const { fields } = await dispatch.call('zk-verify', 'report', {}, null, { caller: kernelCaller })
          const { nonces, circuits } = fields as Report
          return {
            nonces,
            circuits: circuits.map(
              ({ batch_sizes: batchSizes, batch_seconds: batchSeconds, ...counted }) => ({
                ...counted,
                batchSizes,
                batchSeconds,
              }),
            ),
          }
        } catch {
          return null
        }
      },
    },
  }
}
