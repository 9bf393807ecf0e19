/**
 * The endpoints of the admin plane, the same for both profiles. The shapes of `/healthz` and `/readyz` are
 * fixed; members may be added. No answer carries a CORS header, so no page of another origin can read one.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { PlainAnswer, PlainRoute, StreamRoute } from '@ron/transport/gateway/http-gateway'
import type { Exchange } from '@ron/transport/listener/listener'
import { answer, json, type Guard } from './answers.ts'
import { auditRoutes, type AuditView } from './audit.ts'
import { chaosRoute, type Chaos } from './chaos.ts'
import { configRoutes, type Config } from './config.ts'
import type { NodeView } from './node-view.ts'

const retryAfterSeconds = 1
/** On every answer that says what is shed. */
export const degradedHeader = 'x-node-degraded'

/** Liveness and readiness tell a stranger nothing, and load balancers carry no tokens; the rest is guarded. */
export function goldenRoutes(node: NodeView, guard: Guard): readonly PlainRoute[] {
  return [
    open('/healthz', () => healthy()),
    {
      route: 'GET /readyz',
      handle: (exchange, { traceId }) => readyz(node, exchange, () => guard(exchange, traceId, 'admin.read')),
    },
    guarded('/version', guard, () => json(200, node.version())),
    guarded('/metrics', guard, async () => {
      const { contentType, text } = await node.metrics()
      return answer(200, contentType, text)
    }),
  ]
}

/** What the admin surface has beyond the golden endpoints. What changes anything asks for a capability wherever it listens. */
export function adminRoutes(
  node: NodeView,
  guard: Guard,
  audit: AuditView | null,
  chaos: Chaos,
  config: Config | null,
  changeGuard: Guard,
): readonly (PlainRoute | StreamRoute)[] {
  return [
    ...goldenRoutes(node, guard),
    open('/livez', () => healthy()),
    guarded('/api/v1/status', guard, () => json(200, node.status())),
    ...auditRoutes(audit, guard),
    chaosRoute(chaos, changeGuard),
    ...configRoutes(config, guard, changeGuard),
  ]
}

/** An answer at all is the check: it came from the kernel's own thread. */
function healthy(): PlainAnswer {
  return json(200, { status: 'ok', checks: { event_loop: 'ok' } })
}

function readyz(node: NodeView, { query }: Exchange, guard: () => void): PlainAnswer {
  const verbose = query === 'verbose' || query === 'verbose=true'
  if (query !== '' && !verbose)
    throw new Refusal('BadRequest', 'the only query parameter of /readyz is verbose')
  if (verbose) guard()
  const { ready, gates, missing, shed, zkCircuits, pq } = node.readiness()
  const named = {
    ...(zkCircuits.length > 0 ? { zk_circuits: zkCircuits } : {}),
    ...(pq === null ? {} : { pq_session: pq }),
  }
  const more = { ...(shed.length > 0 ? { shed } : {}), ...(verbose ? { checks: gates, ...named } : {}) }
  const headers = shed.length > 0 ? ([[degradedHeader, shed.join(', ')]] as const) : []
  if (ready) return json(200, { ready, ...more }, headers)
  const body = { ready, missing, retry_after: retryAfterSeconds, ...more }
  return json(503, body, [...headers, ['retry-after', String(retryAfterSeconds)]])
}

function open(path: `/${string}`, handle: () => PlainAnswer): PlainRoute {
  return { route: `GET ${path}`, handle }
}

function guarded(
  path: `/${string}`,
  guard: Guard,
  handle: () => PlainAnswer | Promise<PlainAnswer>,
): PlainRoute {
  return {
    route: `GET ${path}`,
    handle(exchange, { traceId }) {
      guard(exchange, traceId, 'admin.read')
      return handle()
    },
  }
}
