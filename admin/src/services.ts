/**
 * `POST /api/v1/services/:name/restart {"grace_ms": 2000}`: a service goes on in a new thread. The next one is made first
 * and follows what the service keeps; then the one that runs is asked to stop, and the next takes over. It asks for a
 * capability with `admin.restart` wherever the admin surface listens.
 */

import type { PlainRoute } from '@ron/transport/gateway/http-gateway'
import { json, type Guard } from './answers.ts'
import { membersOf } from './body.ts'
import type { Asker } from './chaos.ts'

/** What restarts a service. The composer fills it in. */
export interface Restarting {
  /**
   * Resolves when the service answers again, with the milliseconds for which it did not. Rejects with a `Refusal` when
   * there is no such service, it cannot be restarted now, the act cannot be recorded, or its next thread is not up.
   */
  restart(service: string, graceMs: number, by: Asker): Promise<number>
}

/** How long the thread that runs may take to stop; then it is ended from outside. */
const grace = { usualMs: 2_000, mostMs: 5_000 }

export function serviceRoutes(restarting: Restarting, guard: Guard): readonly PlainRoute[] {
  return [
    {
      route: 'POST /api/v1/services/:name/restart',
      async handle(exchange, { traceId }, { name: service = '' }) {
        const subject = guard(exchange, traceId, 'admin.restart')
        const members = await membersOf(exchange, ['grace_ms'])
        const graceMs = members.count('grace_ms', grace.mostMs) ?? grace.usualMs
        const downMs = await restarting.restart(service, graceMs, { subject, traceId })
        return json(200, { service, down_ms: Math.round(downMs * 10) / 10 })
      },
    },
  ]
}
