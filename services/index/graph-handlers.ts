/** Answers the operations on the graph: wire names in, wire names out, and defaults for what is not given. */

import type { ConfigOf, Running } from '@ron/kernel/contract/contract'
import type { index } from './contract.ts'
import type { graphOperations } from './graph-operations.ts'
import { parseGraph, type GraphQuery } from './graph/graph-query.ts'
import type { Graph, Link } from './graph/graph.ts'
import type { Direction, Neighborhood } from './graph/neighbors.ts'
import type { Keeper } from './keeper.ts'
import type { Tenants } from './tenants.ts'

type Handlers = Pick<Running<typeof index>['handle'], keyof typeof graphOperations>

/** Edges removed before others get their turn, a few milliseconds of work. */
const REMOVALS_PER_TURN = 5_000

export function graphHandlers(
  graphs: Tenants<Graph>,
  keeper: Keeper,
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
    link: (edge, { caller: { tenant } }) => {
      const { created } = keeper.keep({ kind: 'link', tenant, links: [linkOf(edge)] })
      return keeper.acknowledge({ outcome: created === 1 ? 'created' : 'replaced' })
    },

    unlink: ({ from, to, edge = 'link' }, { caller: { tenant }, refuse }) => {
      const known = graphs.use(tenant, (graph) => graph.has(from, to, edge))
      if (!known) return refuse('NotFound', `no ${edge} edge from ${from} to ${to}`)
      keeper.keep({ kind: 'unlink', tenant, from, to, edge })
      return keeper.acknowledge({})
    },

    linkAll: ({ edges }, { caller: { tenant } }) => {
      const { created, replaced } = keeper.keep({ kind: 'link', tenant, links: edges.map(linkOf) })
      return keeper.acknowledge({ created, replaced })
    },

    graph: ({ q, ...parameters }, { caller, refuse }) => {
      const parsed = parseGraph(q)
      const query = parsed.ok ? parsed.query : refuse('BadRequest', parsed.problem)
      const twice = bothSay(query, parameters)
      return twice === undefined
        ? ask(caller.tenant, { ...parameters, ...query })
        : refuse('BadRequest', `${twice} is given in q and as a parameter; give it once`)
    },

    neighbors: (request, { caller }) => ask(caller.tenant, request),

    removeNode: async ({ node }, { caller: { tenant }, refuse, signal }) => {
      const isThere = () => {
        const { in: reaching, out: leaving } = graphs.use(tenant, (graph) => graph.degree(node))
        return reaching + leaving > 0
      }
      if (!isThere()) return refuse('NotFound', `no edge touches ${node}`)
      for (let removed = 0; ; await pause()) {
        removed += keeper.keep({ kind: 'removeNode', tenant, node, edgesMax: REMOVALS_PER_TURN }).removed
        if (!isThere() || signal.aborted) return keeper.acknowledge({ removed })
      }
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
