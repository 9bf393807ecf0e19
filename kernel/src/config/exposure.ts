/**
 * Who can reach the two surfaces, and what they ask of a caller. The node surface demands a capability for
 * every operation wherever it listens. The admin surface is open to this machine alone: anywhere else every
 * path but the two that a load balancer needs demands one too. No setting turns either off, so nothing is
 * ever exposed without a wall.
 */

import type { NodeValues } from './node-sections.ts'
import { isLoopback, parseSocketAddress } from './socket-address.ts'

export interface Surface {
  /** `host:port` as configured. */
  readonly address: string
  /** Only this machine can reach it. */
  readonly loopback: boolean
  readonly demandsCapability: boolean
  /** Paths that answer without one all the same. */
  readonly openPaths: readonly string[]
}

export interface Exposure {
  readonly node: Surface
  readonly admin: Surface
}

/** What a liveness probe asks, and what tells a stranger nothing. */
const LIVENESS_PATHS = ['/healthz', '/livez'] as const

export function exposure({ node, admin }: Pick<NodeValues, 'node' | 'admin'>): Exposure {
  const adminLoopback = onLoopback(node.metricsAddr)
  return {
    node: {
      address: node.bindAddr,
      loopback: onLoopback(node.bindAddr),
      demandsCapability: true,
      openPaths: [],
    },
    admin: {
      address: node.metricsAddr,
      loopback: adminLoopback,
      demandsCapability: admin.capability === 'always' || !adminLoopback,
      openPaths: LIVENESS_PATHS,
    },
  }
}

function onLoopback(address: string): boolean {
  const parsed = parseSocketAddress(address)
  return parsed !== null && isLoopback(parsed.host)
}
