/**
 * Who is near a node: a breadth-first walk, level by level, that stops as soon as the answer is settled.
 * Its work is bounded by the edges it may look at; it changes nothing.
 */

import { Heap } from '../heap.ts'
import type { Interner } from '../interner.ts'
import type { Edges } from './edges.ts'
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

interface View {
  readonly edges: Edges
  readonly nodes: Interner
  readonly kinds: Interner
}

/** One step of the walk: an edge, followed forwards or backwards. */
interface Step {
  readonly slot: number
  readonly forwards: boolean
}

export function neighbors(view: View, ask: NeighborAsk): Neighborhood {
  const found: Neighbor[] = []
  const root = view.nodes.find(ask.node)
  const kind = ask.edge === undefined ? NONE : view.kinds.find(ask.edge)
  if (root === undefined || kind === undefined) return { root: ask.node, neighbors: found, truncated: false }

  const walk: Walk = {
    view,
    direction: ask.direction,
    kind,
    seen: new Set([root]),
    visitsLeft: ask.visitsMax,
  }
  let frontier: Iterable<number> = [root]
  for (let hops = 1; hops <= ask.hops; hops++) {
    const room = ask.neighborsMax - found.length
    const level = nextLevel(walk, frontier, room)
    for (const [node, step] of heaviest(view, level, room)) found.push(described(view, node, step, hops))
    if (walk.visitsLeft < 0 || level.size > room) return { root: ask.node, neighbors: found, truncated: true }
    for (const node of level.keys()) walk.seen.add(node)
    frontier = level.keys()
  }
  return { root: ask.node, neighbors: found, truncated: false }
}

interface Walk {
  readonly view: View
  readonly direction: Direction
  /** The only kind of edge to follow; NONE for every kind. */
  readonly kind: number
  /** Nodes of earlier levels. */
  readonly seen: Set<number>
  /** Below zero once an edge had to be left unlooked at. */
  visitsLeft: number
}

/** The nodes one step beyond the frontier, each with the best step to it. */
function nextLevel(walk: Walk, frontier: Iterable<number>, room: number): Map<number, Step> {
  const { view, direction } = walk
  const level = new Map<number, Step>()
  for (const node of frontier) {
    for (const forwards of [true, false]) {
      if (direction === (forwards ? 'in' : 'out')) continue
      const chain = forwards ? view.edges.out : view.edges.in
      for (let slot = chain.first(node); slot !== NONE; slot = chain.next(slot)) {
        if (--walk.visitsLeft < 0) return level
        if (walk.kind !== NONE && view.edges.kind(slot) !== walk.kind) continue
        const reached = forwards ? view.edges.to(slot) : view.edges.from(slot)
        if (walk.seen.has(reached)) continue
        const known = level.get(reached)
        const step = { slot, forwards }
        if (known === undefined || better(view, step, known)) level.set(reached, step)
        // Nothing of this level will be shown: one node is enough to know that there is more.
        if (room === 0) return level
      }
    }
  }
  return level
}

/** Heavier first; of equal weights the type that sorts first, then the edge followed the way it points. */
function better(view: View, a: Step, b: Step): boolean {
  const [weightA, weightB] = [view.edges.weight(a.slot), view.edges.weight(b.slot)]
  if (weightA !== weightB) return weightA > weightB
  const [kindA, kindB] = [view.edges.kind(a.slot), view.edges.kind(b.slot)]
  if (kindA !== kindB) return view.kinds.name(kindA) < view.kinds.name(kindB)
  return a.forwards && !b.forwards
}

function heaviest(view: View, level: Map<number, Step>, count: number): [number, Step][] {
  const before = ([nodeA, a]: [number, Step], [nodeB, b]: [number, Step]) => {
    const [weightA, weightB] = [view.edges.weight(a.slot), view.edges.weight(b.slot)]
    return weightA === weightB ? view.nodes.name(nodeA) < view.nodes.name(nodeB) : weightA > weightB
  }
  return new Heap([...level], before).take(count)
}

function described(view: View, node: number, { slot, forwards }: Step, hops: number): Neighbor {
  return {
    node: view.nodes.name(node),
    edge: view.kinds.name(view.edges.kind(slot)),
    weight: view.edges.weight(slot),
    hops,
    direction: forwards ? 'out' : 'in',
  }
}
