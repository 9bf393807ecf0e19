/** Which peers the settings name. Without any, the node has no service for them and connects nowhere. */

import type { NodeConfig } from '../../config/node-config.ts'
import { peerLinks, type PeerLink } from '../../identity/peer-links.ts'

/** Whether the node has anything to do with peers. */
export function hasPeers({ services }: NodeConfig): boolean {
  const { links, accept } = services['peers'] ?? {}
  return textsOf(links).length > 0 || textsOf(accept).length > 0
}

/** Throws a sentence for the operator when one is not written as a link is, or an id is none. */
export function linksOf({ services }: NodeConfig): readonly PeerLink[] {
  const { links, accept } = services['peers'] ?? {}
  const odd = textsOf(accept).find((node) => !/^[0-9a-f]{64}$/.test(node))
  if (odd !== undefined)
    throw new Error(
      `peers.accept: ${JSON.stringify(odd)} is no node id, which has 64 hex digits in lower case`,
    )
  return peerLinks(textsOf(links))
}

function textsOf(value: unknown): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : []
  return items.filter((item) => typeof item === 'string')
}
