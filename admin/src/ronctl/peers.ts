/** `ronctl peers`: the links of a node, as its clients are told them by `GET /peers`, and whether all are up. */

import { asked, type AskingWorld } from './asking.ts'
import type { Reply } from './admin-client.ts'
import { nodeAddress } from './node-address.ts'
import { answered, exitCodes, failed, type Outcome } from './outcome.ts'
import { plain, type Json } from './plain.ts'
import { isObject, parsed, refused } from './replies.ts'

export async function peersOutcome(admin: string, world: AskingWorld): Promise<Outcome> {
  const address = await nodeAddress(admin, world)
  return typeof address === 'string' ? asked(address, '/peers', world, linksOutcome) : address
}

/** Pure: what the node said, with a no when a link is down. */
export function linksOutcome(reply: Reply): Outcome {
  const json = parsed(reply.text)
  if (reply.status === 404)
    return failed(
      'this node has no service for peers; set peers.links, or peers.accept where it only answers',
    )
  if (reply.status !== 200 || !isObject(json)) return refused(reply)
  const list = (name: string) => [json[name] ?? []].flat().filter(isObject)
  const links = list('links')
  const sections = {
    ...(links.length === 0 ? { links: 'none; peers.links names them' } : { links: links.map(linkRow) }),
    met: list('met').map(({ node, at_ms: atMs }) => ({ node: node ?? '', at: timeOf(atMs) })),
    forwards: list('forwards'),
  }
  const down = links.some(({ up }) => up !== true)
  return answered(plain(sections), json, down ? exitCodes.no : exitCodes.ok)
}

function linkRow(link: { readonly [name: string]: Json }): { readonly [name: string]: Json } {
  const {
    peer = '',
    up,
    because = '',
    url = '',
    node = '',
    hops = 0,
    hop_p50_us: p50,
    hop_p99_us: p99,
  } = link
  return {
    peer,
    state: up === true ? 'up' : 'down',
    because,
    url,
    node,
    hops,
    p50_ms: milliseconds(p50),
    p99_ms: milliseconds(p99),
  }
}

function milliseconds(micros: Json | undefined): Json {
  return typeof micros === 'number' ? micros / 1_000 : ''
}

function timeOf(atMs: Json | undefined): string {
  return typeof atMs === 'number' ? new Date(atMs).toISOString() : ''
}
