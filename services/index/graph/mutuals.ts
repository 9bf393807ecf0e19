/** Which nodes two others both point to. The work is bounded by the edges it may look at; it changes nothing. */

import { Foremost } from './foremost.ts'
import type { Names } from './names.ts'
import { Reached } from './reached.ts'
import { Stretch, type Runs } from './runs.ts'

export interface Mutuals {
  /** In the order of their names. */
  readonly nodes: string[]
  /** There are more, or an edge had to be left unlooked at. */
  readonly truncated: boolean
}

export interface MutualAsk {
  readonly limit: number
  /** Edges looked at before the search gives up. */
  readonly visitsMax: number
}

interface View {
  readonly out: Runs
  readonly names: Names
  readonly seed: number
}

/** What one point to, and what both do. Shared by every search of the thread: each runs to its end. */
const [targets, shared] = [new Reached(), new Reached()]

export function mutuals({ out, names, seed }: View, a: number, b: number, ask: MutualAsk): Mutuals {
  const [few, many] = out.count(a) < out.count(b) ? [a, b] : [b, a]
  targets.clear(seed)
  shared.clear(seed)
  const left = visit(out, few, ask.visitsMax, (node) => void targets.record(node))
  visit(out, many, left, (node) => {
    if (targets.has(node)) shared.record(node)
  })
  const named = (record: number) => names.name(shared.nodes[record] ?? 0)
  const first = new Foremost(ask.limit, (a, b) => named(a) < named(b))
  for (let record = 0; record < shared.count; record++) first.offer(record)
  return {
    nodes: first.taken().map(named),
    truncated: shared.count > ask.limit || out.count(a) + out.count(b) > ask.visitsMax,
  }
}

/** Shows `see` what a node points to, those that came last first, and says how many visits of `max` are left. */
function visit(out: Runs, node: number, max: number, see: (target: number) => void): number {
  const stretch = new Stretch()
  let left = max
  for (let more = out.last(node, stretch); more; more = out.before(stretch)) {
    const { nodes, firstNode, used } = stretch
    for (let i = used - 1; i >= 0 && left > 0; i--, left--) see(nodes[firstNode + i] ?? 0)
    if (left === 0) break
  }
  return left
}
