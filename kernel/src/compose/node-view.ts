/** A node as its admin surface shows it. */

import type { FailureView, NodeView, PqView, ServiceView, ZkCircuitView } from '@ron/admin/node-view'
import { versionInfo, type BuildInfo } from '../cli/version.ts'
import { exposure } from '../config/exposure.ts'
import type { Loaded } from '../config/load.ts'
import type { Life } from '../lifecycle/life.ts'
import type { PastFailure, ServiceStatus } from '../supervisor/service-status.ts'
import { urlOf, type Doors } from './doors.ts'
import type { Ground } from './ground.ts'

export function viewOf(
  loaded: Loaded & { readonly ok: true },
  build: BuildInfo,
  { services, gates, ladder, metrics, uptimeMs }: Ground,
  life: Life,
  doors: Doors,
  zkCircuits: () => readonly ZkCircuitView[],
  pq: () => PqView | null,
): NodeView {
  const { profile, node } = loaded.config
  const surfaces = exposure(loaded.config)
  return {
    version() {
      const [circuits, session] = [zkCircuits(), pq()]
      return {
        ...versionInfo(build, loaded),
        // Bundles name others while the node runs.
        ...(circuits.length > 0 ? { zk: true, zk_circuits: circuits } : { zk: false }),
        ...(session === null ? {} : { pq_session: session }),
      }
    },
    readiness: () => ({ ...gates.read(), shed: ladder.shed(), zkCircuits: zkCircuits(), pq: pq() }),
    status: () => ({
      profile: profile.name,
      version: build.version,
      phase: life.phase,
      ready: gates.read().ready,
      uptime_seconds: Math.floor(uptimeMs() / 1_000),
      amnesia: node.amnesia,
      node_addr: urlOf(surfaces.node, doors.node?.listener ?? null),
      admin_addr: urlOf(surfaces.admin, doors.admin),
      connections: doors.node?.listener.connections() ?? 0,
      services: services.status().map(serviceView),
    }),
    metrics: (format) => metrics.expose(format),
  }
}

function serviceView(status: ServiceStatus): ServiceView {
  const { name, need, phase, ready, because, restarts, lastFailure, inboxDepth } = status
  return {
    name,
    need,
    phase,
    health: ready ? (because === '' ? 'healthy' : 'degraded') : 'down',
    because,
    ready,
    restart_count: restarts,
    last_failure: lastFailure === null ? null : failureView(lastFailure),
    inbox_depth: inboxDepth,
  }
}

function failureView({ cause, because, at, downMs }: PastFailure): FailureView {
  return { cause, because, at: new Date(at).toISOString(), down_ms: downMs }
}
