/**
 * A directed graph of named nodes with typed, weighted edges. A node exists while an edge touches it. What
 * it may hold is limited by budgets, which it may share with other graphs: whoever links asks `ensureRoom`
 * first, and what is linked without asking counts all the same. It does not know who asks.
 */

import { Budget } from '../budget.ts'
import { Interner } from '../interner.ts'
import { Edges, type Ids } from './edges.ts'
import { mutuals, type Mutuals } from './mutuals.ts'
import { Names } from './names.ts'
import { neighbors, type NeighborAsk, type Neighborhood } from './neighbors.ts'
import { NONE } from './typed.ts'

/** Edge types are few: a graph knows at most this many at a time, and stores them in 16 bits. */
export const KINDS_MAX = 1024

export interface Link {
  readonly from: string
  readonly to: string
  /** The type of the edge; two nodes may be joined by one edge of each type. */
  readonly edge: string
  readonly weight: number
}

export interface GraphLimits {
  readonly nodes: Budget
  readonly edges: Budget
}

export class Graph {
  readonly #limits: GraphLimits
  readonly #kindBudget = new Budget('edge types of one graph', KINDS_MAX, 'put what varies into the nodes')
  readonly #seed: number
  readonly #edges: Edges
  readonly #names: Names
  readonly #kinds = new Interner()

  constructor(limits: GraphLimits, seed: number) {
    this.#limits = limits
    this.#seed = seed
    this.#edges = new Edges(seed)
    this.#names = new Names(seed)
  }

  /** Edges held. */
  get size(): number {
    return this.#edges.count
  }

  get nodes(): number {
    return this.#names.size
  }

  /** Throws `OverBudget` unless every one of these edges could be linked. Changes nothing. */
  ensureRoom(links: readonly Link[]): void {
    const { edges, nodes } = this.#limits
    const kinds = new Set<string>()
    for (const { edge } of links) if (this.#kinds.find(edge) === undefined) kinds.add(edge)
    this.#kindBudget.ensure(kinds.size)
    // Far from the limits the most a batch could need fits, and nobody has to count what it does need.
    if (edges.fits(links.length) && nodes.fits(2 * links.length)) return
    const newEdges = links.filter(({ from, to, edge }) => !this.has(from, to, edge))
    edges.ensure(new Set(newEdges.map(({ from, to, edge }) => JSON.stringify([from, to, edge]))).size)
    const names = new Set(newEdges.flatMap(({ from, to }) => [from, to]))
    nodes.ensure([...names].filter((name) => this.#names.find(name) === NONE).length)
  }

  /** Adds an edge, or replaces the weight of the one there is. */
  link({ from, to, edge, weight }: Link): 'created' | 'replaced' {
    const [nodesBefore, kindsBefore] = [this.#names.size, this.#kinds.size]
    const [a, b, kind] = [this.#named(from), this.#named(to), this.#kinds.hold(edge)]
    if (!this.#edges.put(a, b, kind, weight)) {
      this.#kinds.release(kind)
      return 'replaced'
    }
    this.#limits.edges.take(1)
    this.#limits.nodes.take(this.#names.size - nodesBefore)
    this.#kindBudget.take(this.#kinds.size - kindsBefore)
    return 'created'
  }

  has(from: string, to: string, edge: string): boolean {
    return this.#find(from, to, edge) !== null
  }

  /** Every edge; linked in this order they make a graph that gives the same answers. */
  *links(): Generator<Link> {
    for (const { from, to, kind, weight } of this.#edges.oldestFirst(this.#names.span)) {
      yield {
        from: this.#names.name(from),
        to: this.#names.name(to),
        edge: this.#kinds.name(kind),
        weight,
      }
    }
  }

  /** False when there was no such edge. */
  unlink(from: string, to: string, edge: string): boolean {
    const ids = this.#find(from, to, edge)
    if (ids === null) return false
    this.#drop(ids)
    return true
  }

  /**
   * Removes up to `edgesMax` edges of a node and says how many; the node is gone with its last edge. Called
   * again until it returns 0, it removes a node of any size in steps of bounded length.
   */
  removeNode(name: string, edgesMax: number): number {
    const node = this.#names.find(name)
    if (node === NONE) return 0
    let removed = 0
    for (; removed < edgesMax; removed++) {
      const edge = this.#edges.newestOf(node)
      if (edge === null) break
      this.#drop(edge)
    }
    return removed
  }

  /** How many edges leave and reach a node; a loop does both. */
  degree(name: string): { in: number; out: number } {
    const node = this.#names.find(name)
    if (node === NONE) return { in: 0, out: 0 }
    return { in: this.#edges.in.count(node), out: this.#edges.out.count(node) }
  }

  neighbors(ask: NeighborAsk): Neighborhood {
    return neighbors({ edges: this.#edges, names: this.#names, kinds: this.#kinds, seed: this.#seed }, ask)
  }

  /** Nodes that both `a` and `b` point to. Looks at no more than `visitsMax` edges. */
  mutuals(a: string, b: string, limit: number, visitsMax: number): Mutuals {
    const [one, other] = [this.#names.find(a), this.#names.find(b)]
    if (one === NONE || other === NONE) return { nodes: [], truncated: false }
    const view = { out: this.#edges.out, names: this.#names, seed: this.#seed }
    return mutuals(view, one, other, { limit, visitsMax })
  }

  #named(name: string): number {
    const known = this.#names.find(name)
    return known === NONE ? this.#names.add(name) : known
  }

  #find(from: string, to: string, edge: string): Ids | null {
    const [a, b, kind] = [this.#names.find(from), this.#names.find(to), this.#kinds.find(edge)]
    if (a === NONE || b === NONE || kind === undefined || !this.#edges.has(a, b, kind)) return null
    return { from: a, to: b, kind }
  }

  #drop({ from, to, kind }: Ids): void {
    const [nodesBefore, kindsBefore] = [this.#names.size, this.#kinds.size]
    this.#edges.remove(from, to, kind)
    this.#kinds.release(kind)
    this.#forget(from)
    if (to !== from) this.#forget(to)
    this.#limits.edges.give(1)
    this.#limits.nodes.give(nodesBefore - this.#names.size)
    this.#kindBudget.give(kindsBefore - this.#kinds.size)
  }

  /** Takes the number of a node back when nothing touches it. */
  #forget(node: number): void {
    if (!this.#edges.touches(node)) this.#names.remove(node)
  }
}
