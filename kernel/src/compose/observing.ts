/** What a node remembers of itself and tells those who follow it, put together, with its face on the admin surface. */

import { explainRoute, type RequestsView } from '@ron/admin/explain'
import { tailRoute } from '@ron/admin/tail'
import type { Guard } from '@ron/admin/answers'
import type { PlainRoute, StreamRoute } from '@ron/transport/gateway/http-gateway'
import { EventMemory } from '../observing/event-memory.ts'
import type { Remembered } from '../observing/remembered.ts'
import { RequestMemory } from '../observing/request-memory.ts'
import { Tail } from '../observing/tail.ts'
import type { RequestObserver } from '../ports/requests.ts'
import type { Ground } from './ground.ts'

/** Between two looks at what is of too long ago to be remembered. */
const turnEveryMs = 10_000

export interface Observing {
  readonly requests: RequestObserver
  routes(guard: Guard): readonly (PlainRoute | StreamRoute)[]
  stop(): void
}

export function observingOf({ bus, clock, gates }: Ground): Observing {
  const requests = new RequestMemory(clock)
  const events = new EventMemory({ bus, clock, readiness: () => gates.read() })
  const tail = new Tail({ clock, events, requests })
  let cancelTurn = () => {}
  const turn = () => {
    requests.turn()
    cancelTurn = clock.after(turnEveryMs, turn)
  }
  turn()
  return {
    requests,
    routes: (guard) => [explainRoute(viewOf(requests), guard), tailRoute(tail, guard)],
    stop() {
      cancelTurn()
      events.stop()
    },
  }
}

function viewOf(memory: RequestMemory): RequestsView {
  return {
    find: (id) => memory.find(id).map(explained),
    reach() {
      const { refusals, refusalsMax, oldestAtMs, passedOver, traced, slowest, slowestReachMs } =
        memory.reach()
      return {
        refusals,
        refusals_max: refusalsMax,
        refusals_since: oldestAtMs === null ? null : time(oldestAtMs),
        refusals_passed_over: passedOver,
        traced,
        slowest,
        slowest_reach_seconds: Math.round(slowestReachMs / 1_000),
      }
    },
  }
}

function explained(request: Remembered) {
  const { atMs, requestId, correlationId, traceId, stages, ...rest } = request
  const { wallMs: wall_ms, bodyMs: body_ms, serviceMs: service_ms, totalMs: total_ms } = stages
  return {
    at: time(atMs),
    request_id: requestId,
    correlation_id: correlationId,
    trace_id: traceId,
    ...rest,
    stages: { wall_ms, body_ms, service_ms, total_ms },
  }
}

function time(ms: number): string {
  return new Date(ms).toISOString()
}
