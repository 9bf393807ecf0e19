/** Answers the operations on the graph: wire names in, wire names out, and defaults for what is not given. */

import type { ConfigOf, Running } from '@ron/kernel/contract/contract'
import type { index } from './contract.ts'
import { orFull } from './full.ts'
import type { graphOperations } from './graph-operations.ts'
import { parseGraph, type GraphQuery } from './graph/graph-query.ts'
import type { Graph, Link } from './graph/graph.ts'
import type { Direction, Neighborhood } from './graph/neighbors.ts'
import type { Tenants } from './tenants.ts'

type Handlers = Pick<Running<typeof index>['handle'], keyof typeof graphOperations>

/** Edges removed before others get their turn, a few milliseconds of work. */
const REMOVALS_PER_TURN = 5_000

export function graphHandlers(
  graphs: Tenants<Graph>,
  { visitsMax }: ConfigOf<typeof index>,
  pause: () => Promise<void>,
): Handlers {
  const ask = (tenant: string, { node, ...rest }: Asked): Neighborhood =>
    graphs.use(tenant, (graph) =>
      graph.neighbors({
        node,
        hops: rest.hops ?? 1,
        direction: rest.direction ?? 'out',
        neighborsMax: rest.max_neighbors ?? 16,
        visitsMax,
        ...(rest.edge === undefined ? {} : { edge: rest.edge }),
      }),
    )

  return {
    link: (edge, { caller, refuse }) => ({
      outcome: orFull(() => graphs.use(caller.tenant, (graph) => graph.link(linkOf(edge))), refuse),
    }),

    unlink: ({ from, to, edge = 'link' }, { caller, refuse }) =>
      graphs.use(caller.tenant, (graph) => graph.unlink(from, to, edge))
        ? {}
        : refuse('NotFound', `no ${edge} edge from ${from} to ${to}`),

    linkAll: ({ edges }, { caller, refuse }) =>
      orFull(() => graphs.use(caller.tenant, (graph) => graph.linkAll(edges.map(linkOf))), refuse),

    graph: ({ q, ...parameters }, { caller, refuse }) => {
      const parsed = parseGraph(q)
      const query = parsed.ok ? parsed.query : refuse('BadRequest', parsed.problem)
      const twice = bothSay(query, parameters)
      return twice === undefined
        ? ask(caller.tenant, { ...parameters, ...query })
        : refuse('BadRequest', `${twice} is given in q and as a parameter; give it once`)
    },

    neighbors: (request, { caller }) => ask(caller.tenant, request),

    removeNode: async ({ node }, { caller, refuse, signal }) => {
      let removed = 0
      for (;;) {
        const more = graphs.use(caller.tenant, (graph) => graph.removeNode(node, REMOVALS_PER_TURN))
        removed += more
        if (more < REMOVALS_PER_TURN || signal.aborted) break
        await pause()
      }
      return removed > 0 ? { removed } : refuse('NotFound', `no edge touches ${node}`)
    },

    mutuals: ({ a, b, limit = 16 }, { caller }) => ({
      a,
      b,
      ...graphs.use(caller.tenant, (graph) => graph.mutuals(a, b, limit, visitsMax)),
    }),

    degree: ({ node }, { caller }) => ({ node, ...graphs.use(caller.tenant, (graph) => graph.degree(node)) }),
  }
}

interface Asked {
  readonly node: string
  readonly hops?: number
  readonly direction?: Direction
  readonly edge?: string
  readonly max_neighbors?: number
}

function linkOf(wire: { from: string; to: string; edge?: string; weight?: number }): Link {
  return { from: wire.from, to: wire.to, edge: wire.edge ?? 'link', weight: wire.weight ?? 1 }
}

/** The first thing that is said in the query and beside it. */
function bothSay(query: GraphQuery, parameters: Omit<Asked, 'node'>): string | undefined {
  return (['edge', 'direction', 'hops'] as const).find(
    (name) => query[name] !== undefined && parameters[name] !== undefined,
  )
}
