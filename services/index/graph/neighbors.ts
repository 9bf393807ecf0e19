/**
 * Who is near a node: a breadth-first walk, level by level, that stops as soon as the answer is settled.
 * Its work is bounded by the edges it may look at; it changes nothing.
 */

import type { Interner } from '../interner.ts'
import type { Edges } from './edges.ts'
import { Foremost } from './foremost.ts'
import type { Names } from './names.ts'
import { Reached } from './reached.ts'
import { Stretch, type Runs } from './runs.ts'
import { NONE } from './typed.ts'

export type Direction = 'in' | 'out' | 'both'

export interface NeighborAsk {
  readonly node: string
  /** How many steps away a neighbor may be. */
  readonly hops: number
  readonly direction: Direction
  /** Only edges of this type; absent means every type. */
  readonly edge?: string
  readonly neighborsMax: number
  /** Edges looked at before the walk gives up. */
  readonly visitsMax: number
}

export interface Neighbor {
  readonly node: string
  /** Type and weight of the heaviest edge that reaches the node in `hops` steps. */
  readonly edge: string
  readonly weight: number
  readonly hops: number
  /** Whether that edge was followed the way it points, or against it. */
  readonly direction: 'in' | 'out'
}

export interface Neighborhood {
  readonly root: string
  /** By hops, then by weight from heavy to light, then by name. */
  readonly neighbors: Neighbor[]
  /** There are more, or the walk gave up before it knew. */
  readonly truncated: boolean
}

export interface View {
  readonly edges: Edges
  readonly names: Names
  readonly kinds: Interner
  readonly seed: number
}

/** Shared by every walk of the thread: each runs to its end. */
const reached = new Reached()

export function neighbors(view: View, ask: NeighborAsk): Neighborhood {
  const found: Neighbor[] = []
  const root = view.names.find(ask.node)
  const kind = ask.edge === undefined ? NONE : view.kinds.find(ask.edge)
  if (root === NONE || kind === undefined) return { root: ask.node, neighbors: found, truncated: false }

  reached.clear(view.seed)
  reached.record(root)
  const walk: Walk = {
    view,
    direction: ask.direction,
    kind,
    stretch: new Stretch(),
    visitsLeft: ask.visitsMax,
  }
  for (let [hops, frontier] = [1, 0]; hops <= ask.hops; hops++) {
    const level = reached.count
    const room = ask.neighborsMax - found.length
    reachLevel(walk, frontier, room)
    for (const record of foremost(view.names, level, room)) found.push(described(view, record, hops))
    if (walk.visitsLeft < 0 || reached.count - level > room) {
      return { root: ask.node, neighbors: found, truncated: true }
    }
    frontier = level
  }
  return { root: ask.node, neighbors: found, truncated: false }
}

interface Walk {
  readonly view: View
  readonly direction: Direction
  /** The only kind of edge to follow; NONE for every kind. */
  readonly kind: number
  readonly stretch: Stretch
  /** Below zero once an edge had to be left unlooked at. */
  visitsLeft: number
}

/** Reaches the nodes one step beyond those from record `frontier` on, each by the best step to it. */
function reachLevel(walk: Walk, frontier: number, room: number): void {
  const { edges } = walk.view
  const level = reached.count
  for (let i = frontier; i < level; i++) {
    const node = reached.nodes[i] ?? 0
    if (walk.direction !== 'in' && !follow(walk, edges.out, 1, node, level, room)) return
    if (walk.direction !== 'out' && !follow(walk, edges.in, 0, node, level, room)) return
  }
}

/** Takes every step from one node in one direction; false when the walk is over. */
function follow(walk: Walk, runs: Runs, forwards: 0 | 1, node: number, level: number, room: number): boolean {
  const { stretch } = walk
  for (let more = runs.last(node, stretch); more; more = runs.before(stretch)) {
    const { nodes, firstNode, kinds, firstKind, weights, firstWeight, used } = stretch
    for (let i = used - 1; i >= 0; i--) {
      if (--walk.visitsLeft < 0) return false
      const kind = kinds[firstKind + i] ?? 0
      if (walk.kind !== NONE && kind !== walk.kind) continue
      const before = reached.count
      const record = reached.record(nodes[firstNode + i] ?? 0)
      if (record < level) continue
      const weight = weights[firstWeight + i] ?? 0
      if (record === before || better(walk.view, record, weight, kind, forwards)) {
        reached.weights[record] = weight
        reached.kinds[record] = kind
        reached.forwards[record] = forwards
      }
      // Nothing of this level will be shown: one node is enough to know that there is more.
      if (room === 0) return false
    }
  }
  return true
}

/** Heavier first; of equal weights the type that sorts first, then the edge followed the way it points. */
function better({ kinds }: View, record: number, weight: number, kind: number, forwards: 0 | 1): boolean {
  const known = reached.weights[record] ?? 0
  if (weight !== known) return weight > known
  const knownKind = reached.kinds[record] ?? 0
  if (kind !== knownKind) return kinds.name(kind) < kinds.name(knownKind)
  return forwards > (reached.forwards[record] ?? 0)
}

/** Up to `room` of the records from `level` on, by weight and then by name. */
function foremost(names: Names, level: number, room: number): readonly number[] {
  const { nodes, weights, keys, count } = reached
  const first = new Foremost(room, (a, b) => {
    const [weightA, weightB] = [weights[a] ?? 0, weights[b] ?? 0]
    if (weightA !== weightB) return weightA > weightB
    const [keyA, keyB] = [keys[a] ?? 0, keys[b] ?? 0]
    return keyA === keyB ? names.name(nodes[a] ?? 0) < names.name(nodes[b] ?? 0) : keyA < keyB
  })
  // All keys before any comparison: memory answers many questions at once sooner than one after the other.
  for (let record = level; record < count; record++) keys[record] = names.key(nodes[record] ?? 0)
  for (let record = level; record < count; record++) first.offer(record)
  return first.taken()
}

function described({ names, kinds }: View, record: number, hops: number): Neighbor {
  return {
    node: names.name(reached.nodes[record] ?? 0),
    edge: kinds.name(reached.kinds[record] ?? 0),
    weight: reached.weights[record] ?? 0,
    hops,
    direction: (reached.forwards[record] ?? 0) === 1 ? 'out' : 'in',
  }
}
