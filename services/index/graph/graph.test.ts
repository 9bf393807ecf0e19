import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Budget, OverBudget } from '../budget.ts'
import { GraphOracle } from './graph.oracle.ts'
import { Graph, KINDS_MAX, type Link } from './graph.ts'
import type { NeighborAsk } from './neighbors.ts'

function graphOf(limits: { nodes?: number; edges?: number } = {}) {
  const nodes = new Budget('nodes', limits.nodes ?? 1e6, 'raise index.nodesMax')
  const edges = new Budget('edges', limits.edges ?? 1e6, 'raise index.edgesMax')
  return { graph: new Graph({ nodes, edges }, 7), nodes, edges }
}

/** Links as a service does: all of them, or none when they do not fit. */
function linkAll(graph: Graph, links: readonly Link[]) {
  graph.ensureRoom(links)
  return links.map((link) => graph.link(link))
}

function link(from: string, to: string, weight = 1, edge = 'link') {
  return { from, to, edge, weight }
}

function written({ from, to, edge, weight }: Link): string {
  return JSON.stringify([from, to, edge, weight])
}

function ask(node: string, more: Partial<NeighborAsk> = {}): NeighborAsk {
  return { node, hops: 1, direction: 'out', neighborsMax: 16, visitsMax: 1e6, ...more }
}

test('an edge is created once and replaced after that', () => {
  const { graph } = graphOf()
  assert.equal(graph.link(link('a', 'b', 1)), 'created')
  assert.equal(graph.link(link('a', 'b', 5)), 'replaced')
  assert.equal(graph.size, 1)
  assert.deepEqual(graph.neighbors(ask('a')), {
    root: 'a',
    neighbors: [{ node: 'b', edge: 'link', weight: 5, hops: 1, direction: 'out' }],
    truncated: false,
  })
})

test('two nodes may be joined by one edge of each type', () => {
  const { graph } = graphOf()
  graph.link(link('a', 'b', 1, 'follows'))
  assert.equal(graph.link(link('a', 'b', 2, 'likes')), 'created')
  assert.equal(graph.unlink('a', 'b', 'likes'), true)
  assert.equal(graph.unlink('a', 'b', 'likes'), false)
  assert.deepEqual(graph.degree('a'), { in: 0, out: 1 })
})

test('a node that nothing touches has no neighbors and no degree', () => {
  const { graph } = graphOf()
  assert.deepEqual(graph.neighbors(ask('nobody')), { root: 'nobody', neighbors: [], truncated: false })
  assert.deepEqual(graph.degree('nobody'), { in: 0, out: 0 })
  assert.deepEqual(graph.mutuals('nobody', 'no one', 10, 100), { nodes: [], truncated: false })
  assert.equal(graph.removeNode('nobody', 10), 0)
})

test('neighbors come by hops, then weight from heavy to light, then name', () => {
  const { graph } = graphOf()
  linkAll(graph, [link('a', 'light', 1), link('a', 'z', 2), link('a', 'y', 2), link('y', 'far', 99)])
  const { neighbors } = graph.neighbors(ask('a', { hops: 2 }))
  assert.deepEqual(
    neighbors.map(({ node, hops }) => [node, hops]),
    [
      ['y', 1],
      ['z', 1],
      ['light', 1],
      ['far', 2],
    ],
  )
})

test('the answer says truncated only when there is more than it shows', () => {
  const { graph } = graphOf()
  linkAll(graph, [link('a', 'b'), link('a', 'c'), link('c', 'd')])
  assert.equal(graph.neighbors(ask('a', { neighborsMax: 2 })).truncated, false)
  assert.equal(graph.neighbors(ask('a', { neighborsMax: 1 })).truncated, true)
  assert.equal(graph.neighbors(ask('a', { neighborsMax: 2, hops: 2 })).truncated, true)
  assert.equal(graph.neighbors(ask('a', { neighborsMax: 3, hops: 3 })).truncated, false)
})

test('a walk past its limit of visits stops, shows what it has and says truncated', () => {
  const { graph } = graphOf()
  linkAll(
    graph,
    Array.from({ length: 500 }, (_, i) => link('hub', `n${i}`)),
  )
  assert.equal(graph.neighbors(ask('hub', { visitsMax: 500, neighborsMax: 500 })).truncated, false)
  const cut = graph.neighbors(ask('hub', { visitsMax: 499, neighborsMax: 500 }))
  assert.equal(cut.truncated, true)
  assert.equal(cut.neighbors.length, 499)
  assert.equal(graph.mutuals('hub', 'hub', 500, 1000).truncated, false)
  assert.equal(graph.mutuals('hub', 'hub', 500, 999).truncated, true)
})

test('removing a node of many edges goes in steps and leaves nothing of it', () => {
  const { graph, nodes, edges } = graphOf()
  linkAll(
    graph,
    Array.from({ length: 25 }, (_, i) => (i % 2 ? link('hub', `n${i}`) : link(`n${i}`, 'hub'))),
  )
  graph.link(link('hub', 'hub'))
  graph.link(link('n1', 'n2'))
  assert.equal(graph.removeNode('hub', 20), 20)
  assert.equal(graph.removeNode('hub', 20), 6)
  assert.equal(graph.removeNode('hub', 20), 0)
  assert.deepEqual([graph.size, graph.nodes, edges.used, nodes.used], [1, 2, 1, 2])
})

test('an edge over the budget is refused by name and changes nothing', () => {
  const { graph, edges, nodes } = graphOf({ edges: 2 })
  linkAll(graph, [link('a', 'b'), link('b', 'c')])
  assert.throws(() => linkAll(graph, [link('c', 'd')]), {
    name: 'OverBudget',
    message: '2 of 2 edges are in use and this needs 1 more; delete some or raise index.edgesMax',
  })
  assert.equal(graph.link(link('a', 'b', 9)), 'replaced')
  graph.unlink('a', 'b', 'link')
  assert.equal(graph.link(link('c', 'd')), 'created')
  assert.deepEqual([edges.used, nodes.used], [2, 3])
})

test('a batch that does not fit is refused as a whole, and repeated edges in it count once', () => {
  const { graph } = graphOf({ nodes: 3 })
  assert.throws(() => linkAll(graph, [link('a', 'b'), link('c', 'd')]), OverBudget)
  assert.deepEqual([graph.size, graph.nodes], [0, 0])
  const batch = [link('a', 'b'), link('b', 'c'), link('a', 'b', 3)]
  assert.deepEqual(linkAll(graph, batch), ['created', 'created', 'replaced'])
})

test('a graph knows a bounded number of edge types, and forgets the ones no edge has', () => {
  const { graph } = graphOf()
  for (let i = 0; i < KINDS_MAX; i++) graph.link(link('a', 'b', 1, `t${i}`))
  assert.throws(() => linkAll(graph, [link('a', 'b', 1, 'one more')]), /1024 of 1024 edge types/)
  graph.unlink('a', 'b', 't5')
  assert.equal(graph.link(link('a', 'b', 1, 'one more')), 'created')
})

test('names freed by the thousand leave no trace', () => {
  const { graph } = graphOf()
  const oracle = new GraphOracle()
  for (let i = 0; i < 3000; i++) graph.link(link(`n${i}`, `n${i + 1}`))
  for (let i = 0; i < 3000; i++) if (i % 100 !== 0) graph.unlink(`n${i}`, `n${i + 1}`, 'link')
  for (let i = 0; i < 3000; i += 100) oracle.link(link(`n${i}`, `n${i + 1}`))
  for (let i = 0; i < 3000; i += 50) {
    const node = `n${i}`
    assert.deepEqual(graph.neighbors(ask(node)), oracle.neighbors(ask(node)))
    assert.deepEqual(graph.degree(`n${i + 1}`), oracle.degree(`n${i + 1}`))
  }
  assert.deepEqual([graph.size, graph.nodes], [oracle.size, oracle.nodes])
})

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')
const kind = fc.constantFrom('likes', 'link', 'owns')
const weight = fc.constantFrom(0.5, 1, 2, 3)
const change = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('link' as const), name, name, kind, weight) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('unlink' as const), name, name, kind) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('remove' as const), name) },
)
const question = fc.record({
  node: name,
  hops: fc.integer({ min: 1, max: 3 }),
  direction: fc.constantFrom('in' as const, 'out' as const, 'both' as const),
  edge: fc.option(kind),
  neighborsMax: fc.integer({ min: 1, max: 8 }),
})

test('after any sequence of changes the graph answers as its naive twin does', () => {
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 120, size: 'max' }),
      fc.array(question, { maxLength: 8 }),
      (changes, questions) => {
        const { graph, nodes, edges } = graphOf()
        const oracle = new GraphOracle()
        for (const [what, a, b = '', edge = '', weight = 0] of changes) {
          if (what === 'link')
            assert.equal(graph.link(link(a, b, weight, edge)), oracle.link(link(a, b, weight, edge)))
          else if (what === 'unlink') assert.equal(graph.unlink(a, b, edge), oracle.unlink(a, b, edge))
          else assert.equal(graph.removeNode(a, 1e6), oracle.removeNode(a))
        }
        assert.deepEqual([graph.size, graph.nodes], [oracle.size, oracle.nodes])
        assert.deepEqual([edges.used, nodes.used], [oracle.size, oracle.nodes])
        for (const { edge, ...rest } of questions) {
          const asked = ask(rest.node, edge === null ? rest : { ...rest, edge })
          assert.deepEqual(graph.neighbors(asked), oracle.neighbors(asked))
          assert.deepEqual(graph.degree(rest.node), oracle.degree(rest.node))
          assert.deepEqual(graph.mutuals('a', rest.node, 16, 1e6).nodes, oracle.mutuals('a', rest.node))
        }
      },
    ),
    { numRuns: 500 },
  )
})

test('edges by the thousand survive the growth and the shrinking of the arrays', () => {
  const { graph } = graphOf()
  const oracle = new Map<string, number>()
  let state = 1
  const next = (below: number) => (state = (Math.imul(state, 48271) >>> 0) % 2147483647) % below
  for (let round = 0; round < 20_000; round++) {
    const [from, to] = [`n${next(60)}`, `n${next(60)}`]
    const growing = round % 10_000 < 6_000
    if (next(10) < (growing ? 9 : 1)) oracle.set(`${from} ${to}`, round)
    else oracle.delete(`${from} ${to}`)
    if (oracle.has(`${from} ${to}`)) graph.link(link(from, to, oracle.get(`${from} ${to}`)))
    else graph.unlink(from, to, 'link')
  }
  assert.equal(graph.size, oracle.size)
  for (let i = 0; i < 60; i++) {
    const expected = [...oracle].filter(([key]) => key.startsWith(`n${i} n`) && key !== `n${i} n${i}`)
    const { neighbors } = graph.neighbors(ask(`n${i}`, { neighborsMax: 128 }))
    assert.deepEqual(
      new Map(neighbors.map(({ node, weight }) => [`n${i} ${node}`, weight])),
      new Map(expected),
    )
  }
})

test('edges linked again in the order they are given make a graph that answers the same, walks cut short too', () => {
  const few = fc.constantFrom('hub', 'b', 'c', ...Array.from({ length: 90 }, (_, i) => `n${i}`))
  const node = fc.oneof(fc.constant('hub'), few)
  const event = fc.record({ from: node, to: node, edge: kind, weight, keep: fc.integer({ min: 0, max: 3 }) })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 600, size: 'max' }), (events) => {
      const { graph } = graphOf()
      for (const { keep, ...edge } of events) {
        if (keep > 0) graph.link(edge)
        else graph.unlink(edge.from, edge.to, edge.edge)
      }
      const { graph: again } = graphOf()
      for (const edge of graph.links()) again.link(edge)
      assert.equal(again.size, graph.size)
      for (const node of ['hub', 'b', 'n1']) {
        for (const visitsMax of [3, 70, 1e6]) {
          const asked = ask(node, { hops: 2, direction: 'both', neighborsMax: 200, visitsMax })
          assert.deepEqual(again.neighbors(asked), graph.neighbors(asked))
          assert.deepEqual(
            again.mutuals('hub', node, 200, visitsMax),
            graph.mutuals('hub', node, 200, visitsMax),
          )
        }
      }
      assert.equal(again.removeNode('hub', 50), graph.removeNode('hub', 50))
      assert.deepEqual(
        new Set(Array.from(again.links(), written)),
        new Set(Array.from(graph.links(), written)),
      )
      assert.deepEqual(again.neighbors(ask('hub')), graph.neighbors(ask('hub')))
    }),
    { numRuns: 60 },
  )
})
