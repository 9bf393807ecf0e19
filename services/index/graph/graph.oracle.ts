/** The naive twin of `Graph`: one flat list of edges, searched from end to end every time, and no limits. */

import type { Link } from './graph.ts'
import type { Neighbor, NeighborAsk, Neighborhood } from './neighbors.ts'

export class GraphOracle {
  #links: Link[] = []

  get size(): number {
    return this.#links.length
  }

  get nodes(): number {
    return new Set(this.#links.flatMap(({ from, to }) => [from, to])).size
  }

  link(link: Link): 'created' | 'replaced' {
    const known = this.unlink(link.from, link.to, link.edge)
    this.#links.push(link)
    return known ? 'replaced' : 'created'
  }

  unlink(from: string, to: string, edge: string): boolean {
    return this.#keep((link) => link.from !== from || link.to !== to || link.edge !== edge) === 1
  }

  removeNode(name: string): number {
    return this.#keep((link) => link.from !== name && link.to !== name)
  }

  degree(name: string): { in: number; out: number } {
    return {
      in: this.#links.filter(({ to }) => to === name).length,
      out: this.#links.filter(({ from }) => from === name).length,
    }
  }

  mutuals(a: string, b: string): string[] {
    const of = (name: string) => this.#links.filter(({ from }) => from === name).map(({ to }) => to)
    return [...new Set(of(a).filter((node) => of(b).includes(node)))].sort()
  }

  neighbors(ask: NeighborAsk): Neighborhood {
    const all: Neighbor[] = []
    const seen = new Set([ask.node])
    for (let hops = 1; hops <= ask.hops; hops++) {
      const level = this.#steps(seen, ask, hops, hops === 1 ? [ask.node] : at(all, hops - 1))
      all.push(...level.sort((a, b) => b.weight - a.weight || (a.node < b.node ? -1 : 1)))
      for (const { node } of level) seen.add(node)
    }
    const truncated = all.length > ask.neighborsMax
    return { root: ask.node, neighbors: all.slice(0, ask.neighborsMax), truncated }
  }

  /** Every node one step from the frontier, with the first of its steps in the documented order. */
  #steps(seen: Set<string>, ask: NeighborAsk, hops: number, frontier: readonly string[]): Neighbor[] {
    const steps = this.#links.flatMap(({ from, to, edge, weight }): Neighbor[] => [
      ...(ask.direction !== 'in' && frontier.includes(from)
        ? [{ node: to, edge, weight, hops, direction: 'out' as const }]
        : []),
      ...(ask.direction !== 'out' && frontier.includes(to)
        ? [{ node: from, edge, weight, hops, direction: 'in' as const }]
        : []),
    ])
    const wanted = steps.filter(({ node, edge }) => !seen.has(node) && (ask.edge ?? edge) === edge)
    const order = (step: Neighbor) => [step.edge, step.direction === 'out' ? '0' : '1'].join(' ')
    wanted.sort((a, b) => b.weight - a.weight || (order(a) < order(b) ? -1 : 1))
    return wanted.filter(({ node }, i) => wanted.findIndex((other) => other.node === node) === i)
  }

  /** Keeps the links that pass and says how many did not. */
  #keep(test: (link: Link) => boolean): number {
    const before = this.#links.length
    this.#links = this.#links.filter(test)
    return before - this.#links.length
  }
}

function at(all: readonly Neighbor[], hops: number): string[] {
  return all.filter((neighbor) => neighbor.hops === hops).map(({ node }) => node)
}
