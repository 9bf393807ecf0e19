/** The operations on the graph, as data. */

import { operation } from '@ron/kernel/contract/contract'
import { Type } from 'typebox'

const closed = { additionalProperties: false }
const nothing = Type.Object({}, closed)

const Node = Type.String({
  pattern: '^[^\\s\\p{Cc}\\p{Cf}\\p{Cs}]+$',
  minLength: 1,
  maxLength: 256,
  description: 'A node: any name without white space or unprintable characters.',
})
const EdgeType = Type.String({
  pattern: '^[^\\s\\p{Cc}\\p{Cf}\\p{Cs}]+$',
  minLength: 1,
  maxLength: 64,
  description: 'The type of an edge; `link` when it is not given.',
})
const Weight = Type.Number({ minimum: -1e12, maximum: 1e12, description: '1 when it is not given.' })
const Edge = Type.Object(
  { from: Node, to: Node, edge: Type.Optional(EdgeType), weight: Type.Optional(Weight) },
  closed,
)
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const Outcome = Type.Enum(['created', 'replaced'])
const plain = { requestBody: 'none', responseBody: 'none', events: null } as const
const noHeaders = { requestHeaders: {}, responseHeaders: {} }

const asked = {
  max_neighbors: Type.Optional(Type.Integer({ minimum: 1, maximum: 128, default: 16 })),
  hops: Type.Optional(Type.Integer({ minimum: 1, maximum: 3, default: 1 })),
  edge: Type.Optional(EdgeType),
  direction: Type.Optional(Type.Enum(['in', 'out', 'both'], { description: '`out` when it is not given.' })),
}
const Neighborhood = Type.Object(
  {
    root: Node,
    neighbors: Type.Array(
      Type.Object(
        {
          node: Node,
          edge: EdgeType,
          weight: Weight,
          hops: Type.Integer({ minimum: 1, maximum: 3 }),
          direction: Type.Enum(['in', 'out'], {
            description: 'Whether the last edge was followed or met head on.',
          }),
        },
        closed,
      ),
      { maxItems: 128, description: 'By hops, then weight from heavy to light, then name.' },
    ),
    truncated: Type.Boolean({ description: 'There are more, or the walk gave up at index.visitsMax edges.' }),
  },
  closed,
)

export const graphOperations = {
  link: operation({
    ...plain,
    summary: 'Adds an edge, or replaces the weight of the one there is.',
    request: Edge,
    response: Type.Object({ outcome: Outcome }, closed),
    refusals: ['Full'],
    timeoutMs: 1_000,
    door: {
      verb: 'graph.write',
      code: 1,
      http: {
        route: 'PUT /graph/edges',
        status: { field: 'outcome', of: { created: 201, replaced: 200 } },
        ...noHeaders,
      },
    },
  }),

  unlink: operation({
    ...plain,
    summary: 'Removes an edge.',
    request: Type.Object({ from: Node, to: Node, edge: Type.Optional(EdgeType) }, closed),
    response: nothing,
    refusals: ['NotFound'],
    timeoutMs: 1_000,
    door: { verb: 'graph.write', code: 2, http: { route: 'DELETE /graph/edges', status: 204, ...noHeaders } },
  }),

  linkAll: operation({
    ...plain,
    summary: 'Adds or replaces many edges: all of them, or none when they do not fit.',
    request: Type.Object({ edges: Type.Array(Edge, { minItems: 1, maxItems: 1000 }) }, closed),
    response: Type.Object({ created: Count, replaced: Count }, closed),
    refusals: ['Full'],
    timeoutMs: 5_000,
    door: { verb: 'graph.write', code: 3, http: { route: 'POST /graph/edges', status: 200, ...noHeaders } },
  }),

  graph: operation({
    ...plain,
    summary: 'Neighbors of a node, asked in one line: `q=user:ann edge:follows dir:in hops:2`.',
    request: Type.Object({ q: Type.String({ minLength: 1, maxLength: 512 }), ...asked }, closed),
    response: Neighborhood,
    refusals: [],
    timeoutMs: 1_000,
    door: { verb: 'graph.read', code: 4, http: { route: 'GET /graph', status: 200, ...noHeaders } },
  }),

  neighbors: operation({
    ...plain,
    summary: 'Neighbors of a node, by its path. A node that nothing touches has none.',
    request: Type.Object({ node: Node, ...asked }, closed),
    response: Neighborhood,
    refusals: [],
    timeoutMs: 1_000,
    door: {
      verb: 'graph.read',
      code: 5,
      http: { route: 'GET /graph/nodes/:node', status: 200, ...noHeaders },
    },
  }),

  removeNode: operation({
    ...plain,
    summary: 'Removes a node with all its edges. Interrupted, it has removed some; ask again.',
    request: Type.Object({ node: Node }, closed),
    response: Type.Object({ removed: Count }, closed),
    refusals: ['NotFound'],
    timeoutMs: 10_000,
    door: {
      verb: 'graph.write',
      code: 6,
      http: { route: 'DELETE /graph/nodes/:node', status: 200, ...noHeaders },
    },
  }),

  mutuals: operation({
    ...plain,
    summary: 'Nodes that both `a` and `b` point to, by name.',
    request: Type.Object(
      { a: Node, b: Node, limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 128, default: 16 })) },
      closed,
    ),
    response: Type.Object(
      { a: Node, b: Node, nodes: Type.Array(Node, { maxItems: 128 }), truncated: Type.Boolean() },
      closed,
    ),
    refusals: [],
    timeoutMs: 1_000,
    door: { verb: 'graph.read', code: 7, http: { route: 'GET /graph/mutuals', status: 200, ...noHeaders } },
  }),

  degree: operation({
    ...plain,
    summary: 'How many edges reach and leave a node.',
    request: Type.Object({ node: Node }, closed),
    response: Type.Object({ node: Node, in: Count, out: Count }, closed),
    refusals: [],
    timeoutMs: 1_000,
    door: { verb: 'graph.read', code: 8, http: { route: 'GET /graph/degree', status: 200, ...noHeaders } },
  }),
}
