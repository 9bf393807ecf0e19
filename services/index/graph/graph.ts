/**
 * A directed graph of named nodes with typed, weighted edges. A node exists while an edge touches it. What
 * it may hold is limited by budgets, which it may share with other graphs: whoever links asks `ensureRoom`
 * first, and what is linked without asking counts all the same. It does not know who asks.
 */

import { Budget } from '../budget.ts'
import { Heap } from '../heap.ts'
import { Interner } from '../interner.ts'
import { Edges } from './edges.ts'
import { neighbors, type NeighborAsk, type Neighborhood } from './neighbors.ts'
import { NONE } from './typed.ts'

/** Edge types are few: a graph knows at most this many at a time, and stores them in 16 bits. */
export const KINDS_MAX = 1024

/** Below this many nodes the gaps that removed ones leave are not worth closing. */
const GAPS_WORTH_CLOSING = 1024

export interface Link {
  readonly from: string
  readonly to: string
  /** The type of the edge; two nodes may be joined by one edge of each type. */
  readonly edge: string
  readonly weight: number
}

export interface Mutuals {
  /** In the order of their names. */
  readonly nodes: string[]
  readonly truncated: boolean
}

export interface GraphLimits {
  readonly nodes: Budget
  readonly edges: Budget
}

export class Graph {
  readonly #limits: GraphLimits
  readonly #kindBudget = new Budget('edge types of one graph', KINDS_MAX, 'put what varies into the nodes')
  readonly #edges: Edges
  readonly #nodes = new Interner()
  readonly #kinds = new Interner()

  constructor(limits: GraphLimits, seed: number) {
    this.#limits = limits
    this.#edges = new Edges(seed)
  }

  /** Edges held. */
  get size(): number {
    return this.#edges.count
  }

  get nodes(): number {
    return this.#nodes.size
  }

  /** Throws `OverBudget` unless every one of these edges could be linked. Changes nothing. */
  ensureRoom(links: readonly Link[]): void {
    const { edges, nodes } = this.#limits
    const kinds = new Set<string>()
    for (const { edge } of links) if (this.#kinds.find(edge) === undefined) kinds.add(edge)
    this.#kindBudget.ensure(kinds.size)
    // Far from the limits the most a batch could need fits, and nobody has to count what it does need.
    if (edges.fits(links.length) && nodes.fits(2 * links.length)) return
    const newEdges = links.filter(({ from, to, edge }) => this.#find(from, to, edge) === NONE)
    edges.ensure(new Set(newEdges.map(({ from, to, edge }) => JSON.stringify([from, to, edge]))).size)
    const names = new Set(newEdges.flatMap(({ from, to }) => [from, to]))
    nodes.ensure([...names].filter((name) => this.#nodes.find(name) === undefined).length)
  }

  /** Adds an edge, or replaces the weight of the one there is. */
  link({ from, to, edge, weight }: Link): 'created' | 'replaced' {
    const [nodesBefore, kindsBefore] = [this.#nodes.size, this.#kinds.size]
    const [a, b, kind] = [this.#nodes.hold(from), this.#nodes.hold(to), this.#kinds.hold(edge)]
    const slot = this.#edges.find(a, b, kind)
    if (slot !== NONE) {
      this.#release(a, b, kind)
      this.#edges.setWeight(slot, weight)
      return 'replaced'
    }
    this.#edges.add(a, b, kind, weight)
    this.#limits.edges.take(1)
    this.#limits.nodes.take(this.#nodes.size - nodesBefore)
    this.#kindBudget.take(this.#kinds.size - kindsBefore)
    return 'created'
  }

  has(from: string, to: string, edge: string): boolean {
    return this.#find(from, to, edge) !== NONE
  }

  /** Every edge; linked in this order they make a graph that gives the same answers. */
  *links(): Generator<Link> {
    for (const slot of this.#edges.oldestFirst()) {
      yield {
        from: this.#nodes.name(this.#edges.from(slot)),
        to: this.#nodes.name(this.#edges.to(slot)),
        edge: this.#kinds.name(this.#edges.kind(slot)),
        weight: this.#edges.weight(slot),
      }
    }
  }

  /** False when there was no such edge. */
  unlink(from: string, to: string, edge: string): boolean {
    const slot = this.#find(from, to, edge)
    if (slot === NONE) return false
    this.#drop(slot)
    this.#closeGaps()
    return true
  }

  /**
   * Removes up to `edgesMax` edges of a node and says how many; the node is gone with its last edge. Called
   * again until it returns 0, it removes a node of any size in steps of bounded length.
   */
  removeNode(name: string, edgesMax: number): number {
    const node = this.#nodes.find(name)
    if (node === undefined) return 0
    let removed = 0
    for (; removed < edgesMax; removed++) {
      const outgoing = this.#edges.out.first(node)
      const slot = outgoing === NONE ? this.#edges.in.first(node) : outgoing
      if (slot === NONE) break
      this.#drop(slot)
    }
    this.#closeGaps()
    return removed
  }

  /** How many edges leave and reach a node; a loop does both. */
  degree(name: string): { in: number; out: number } {
    const node = this.#nodes.find(name)
    if (node === undefined) return { in: 0, out: 0 }
    return { in: this.#edges.in.count(node), out: this.#edges.out.count(node) }
  }

  neighbors(ask: NeighborAsk): Neighborhood {
    return neighbors({ edges: this.#edges, nodes: this.#nodes, kinds: this.#kinds }, ask)
  }

  /** Nodes that both `a` and `b` point to. Looks at no more than `visitsMax` edges. */
  mutuals(a: string, b: string, limit: number, visitsMax: number): Mutuals {
    const [one, other] = [this.#nodes.find(a), this.#nodes.find(b)]
    if (one === undefined || other === undefined) return { nodes: [], truncated: false }
    const [few, many] =
      this.#edges.out.count(one) < this.#edges.out.count(other) ? [one, other] : [other, one]
    const ofFew = this.#targets(few, visitsMax)
    const ofMany = this.#targets(many, visitsMax - ofFew.visits)
    const shared = [...ofFew.targets]
      .filter((node) => ofMany.targets.has(node))
      .map((node) => this.#nodes.name(node))
    const total = shared.length
    const nodes = new Heap(shared, (x, y) => x < y).take(limit)
    return { nodes, truncated: total > nodes.length || !ofFew.complete || !ofMany.complete }
  }

  #targets(node: number, visitsMax: number): { targets: Set<number>; visits: number; complete: boolean } {
    const targets = new Set<number>()
    let visits = 0
    let slot = this.#edges.out.first(node)
    for (; slot !== NONE && visits < visitsMax; slot = this.#edges.out.next(slot), visits++) {
      targets.add(this.#edges.to(slot))
    }
    return { targets, visits, complete: slot === NONE }
  }

  #find(from: string, to: string, edge: string): number {
    const [a, b, kind] = [this.#nodes.find(from), this.#nodes.find(to), this.#kinds.find(edge)]
    return a === undefined || b === undefined || kind === undefined ? NONE : this.#edges.find(a, b, kind)
  }

  #drop(slot: number): void {
    const nodesBefore = this.#nodes.size
    const kindsBefore = this.#kinds.size
    this.#release(this.#edges.from(slot), this.#edges.to(slot), this.#edges.kind(slot))
    this.#edges.remove(slot)
    this.#limits.edges.give(1)
    this.#limits.nodes.give(nodesBefore - this.#nodes.size)
    this.#kindBudget.give(kindsBefore - this.#kinds.size)
  }

  #release(from: number, to: number, kind: number): void {
    this.#nodes.release(from)
    this.#nodes.release(to)
    this.#kinds.release(kind)
  }

  /** Numbers the nodes anew once three quarters of the numbers are unused, so that memory follows content. */
  #closeGaps(): void {
    const { span, size } = this.#nodes
    if (span < GAPS_WORTH_CLOSING || size > span / 4) return
    this.#edges.renumber(this.#nodes.compact(), size)
  }
}
