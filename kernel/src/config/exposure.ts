/**
 * Who can reach the two surfaces, and what they ask of a caller. The node surface demands a capability for
 * every operation wherever it listens. The admin surface is open to this machine alone: anywhere else it
 * demands one too, and a node told otherwise does not start (`rules.ts`), so nothing is ever exposed without
 * a wall.
 */

import type { NodeValues } from './node-sections.ts'
import { isLoopback, parseSocketAddress } from './socket-address.ts'

export interface Surface {
  /** `host:port` as configured. */
  readonly address: string
  /** Only this machine can reach it. */
  readonly loopback: boolean
  readonly tls: boolean
  /** For everything but liveness and the bare yes or no of readiness, which a load balancer asks for. */
  readonly demandsCapability: boolean
}

export interface Exposure {
  readonly node: Surface
  readonly admin: Surface & {
    /** Whether a capability may kill services for a drill. */
    readonly allowsChaos: boolean
    /** Whether only clients with a certificate of a known authority reach it. */
    readonly certified: boolean
  }
}

export function exposure({ node, admin, tls }: Pick<NodeValues, 'node' | 'admin' | 'tls'>): Exposure {
  const adminLoopback = onLoopback(node.metricsAddr)
  const adminTls = tls.enabled && (tls.admin === 'always' || (tls.admin === 'auto' && !adminLoopback))
  return {
    node: {
      address: node.bindAddr,
      loopback: onLoopback(node.bindAddr),
      tls: tls.enabled,
      demandsCapability: true,
    },
    admin: {
      address: node.metricsAddr,
      loopback: adminLoopback,
      tls: adminTls,
      certified: adminTls && tls.clientCa !== '',
      demandsCapability: admin.capability === 'always' || (admin.capability === 'auto' && !adminLoopback),
      allowsChaos: admin.chaos === 'always' || (admin.chaos === 'auto' && adminLoopback),
    },
  }
}

function onLoopback(address: string): boolean {
  const parsed = parseSocketAddress(address)
  return parsed !== null && isLoopback(parsed.host)
}
