/** The doors of a node: what listens for its users, and for its operators. */

import type { Listener } from '@ron/transport/listener/listener'
import { parseSocketAddress } from '../config/socket-address.ts'
import type { Surface } from '../config/exposure.ts'
import type { NodeSurface } from './surfaces.ts'

/** The doors of the node. They open after everything behind them is in place, and either may still be shut. */
export interface Doors {
  node: NodeSurface | null
  admin: Listener | null
}

/** Where it listens, or where it was told to while it does not. */
export function urlOf({ address, tls }: Surface, listener: Listener | null): string {
  const { host, port } = parseSocketAddress(address) ?? { host: '127.0.0.1', port: 0 }
  return `http${tls ? 's' : ''}://${host.includes(':') ? `[${host}]` : host}:${listener?.port ?? port}`
}
