/** The query language of the graph, read as a person types it. It knows no graph. */

import type { Parsed } from '../parsed.ts'
import type { Direction } from './neighbors.ts'

export const HOPS_MAX = 3

/** What a person asked about a node. What the query leaves open, the caller decides. */
export interface GraphQuery {
  readonly node: string
  readonly edge?: string
  readonly direction?: Direction
  readonly hops?: number
}

const NAME = /^[^\s\p{Cc}\p{Cf}\p{Cs}]{1,256}$/u
const EDGE = /^[^\s\p{Cc}\p{Cf}\p{Cs}]{1,64}$/u

/**
 * Reads a graph query:
 *
 *     query  = node { space filter }
 *     filter = "edge:" type | "dir:" ( "in" | "out" | "both" ) | "hops:" ( "1" | "2" | "3" )
 *
 * `user:ann edge:follows dir:in` asks who follows user:ann. The first word is the node whatever it looks
 * like, so a node may be called `edge:x`. A filter may be given once.
 */
export function parseGraph(q: string): Parsed<GraphQuery> {
  const [node, ...filters] = q.split(/\s+/u).filter((word) => word !== '')
  if (node === undefined)
    return refused('q names no node; write a node, then filters: user:ann edge:follows dir:in')
  if (!NAME.test(node))
    return refused('q names a node that is longer than 256 characters or has unprintable ones')
  const query: GraphQuery = { node }
  const seen = new Set<string>()
  for (const filter of filters) {
    const colon = filter.indexOf(':')
    const [key, value] = [filter.slice(0, Math.max(0, colon)), filter.slice(colon + 1)]
    if (seen.has(key)) return refused(`q gives ${key}: twice; give it once`)
    seen.add(key)
    const part = partOf(key, value)
    if (typeof part === 'string') return refused(part)
    Object.assign(query, part)
  }
  return { ok: true, query }
}

/** What one filter says, or what is wrong with it. */
function partOf(key: string, value: string): Omit<GraphQuery, 'node'> | string {
  switch (key) {
    case 'edge':
      return EDGE.test(value)
        ? { edge: value }
        : 'edge: takes the type of an edge, 1 to 64 printable characters'
    case 'dir':
      if (value !== 'in' && value !== 'out' && value !== 'both') return 'dir: takes in, out or both'
      return { direction: value }
    case 'hops':
      if (!/^\d$/.test(value) || Number(value) < 1 || Number(value) > HOPS_MAX)
        return `hops: takes 1 to ${HOPS_MAX}`
      return { hops: Number(value) }
    default:
      return 'q has a word after the node that is none of edge:, dir: and hops:'
  }
}

function refused(problem: string): { ok: false; problem: string } {
  return { ok: false, problem }
}
