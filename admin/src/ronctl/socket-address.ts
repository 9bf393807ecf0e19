/**
 * Nodes at Unix sockets: `unix:/run/ron/admin.sock`. A path of the node is set off by a colon, as in
 * `unix:/run/ron/admin.sock:/readyz`, so what is appended to the address of any node is appended to theirs.
 */

import { wayTo, type Way } from '@ron/transport/client/way'
import type { Fetch } from './admin-client.ts'

const address = /^unix:(\/[^:]+):?$/
const target = /^unix:(\/[^:]+):(\/.*)$/

/** What paths are appended to; null for what is no address of a socket. */
export function socketBase(written: string): string | null {
  const [, path = null] = address.exec(written) ?? []
  return path === null ? null : `unix:${path}:`
}

/** The same for URLs; and to sockets, each over connections of its own. */
export function overSockets(fetch: Fetch): Fetch {
  const ways = new Map<string, Way>()
  return (url, init) => {
    const [, path, rest] = target.exec(url) ?? []
    if (path === undefined || rest === undefined) return fetch(url, init)
    const way = ways.get(path) ?? wayTo({ kind: 'socket', path })
    ways.set(path, way)
    return way.fetch(`http://localhost${rest}`, init)
  }
}
