/** `/api/v1/zk`: the circuits that a node verifies for, and their self-test on demand, which is privileged. */

import type { PlainRoute } from '@ron/transport/gateway/http-gateway'
import { json, type Guard } from './answers.ts'
import { membersOf } from './body.ts'
import type { Asker } from './chaos.ts'
import type { ZkCircuitView } from './node-view.ts'

export interface ZkView {
  /** Every circuit that the settings name; none while the service is down. */
  circuits(): readonly ZkCircuitView[]
  /** Which keys proofs are verified with, signed; null while none is. */
  statement(): ZkStatement | null
  /** Rejects with a `Refusal`. */
  selfTest(by: Asker): Promise<readonly ZkCircuitView[]>
}

export interface ZkStatement {
  /** What the statement is verified with: `name+id+base64`. */
  readonly key: string
  /** A signed note. */
  readonly statement: string
}

export function zkRoutes(zk: ZkView, guard: Guard, strict: Guard): readonly PlainRoute[] {
  return [
    {
      route: 'GET /api/v1/zk',
      handle(exchange, { traceId }) {
        guard(exchange, traceId, 'admin.read')
        return json(200, { circuits: zk.circuits(), ...zk.statement() })
      },
    },
    {
      route: 'POST /api/v1/zk/self-test',
      async handle(exchange, { traceId }) {
        const subject = strict(exchange, traceId, 'zk.admin')
        await membersOf(exchange, [])
        return json(200, { circuits: await zk.selfTest({ subject, traceId }) })
      },
    },
  ]
}
