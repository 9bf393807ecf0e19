import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseGraph } from './graph-query.ts'

test('a query is a node and filters after it, in any order', () => {
  assert.deepEqual(parseGraph('user:ann'), { ok: true, query: { node: 'user:ann' } })
  assert.deepEqual(parseGraph('  b3:00  hops:2 dir:in\tedge:follows:close '), {
    ok: true,
    query: { node: 'b3:00', hops: 2, direction: 'in', edge: 'follows:close' },
  })
})

test('the first word is the node, whatever it looks like', () => {
  assert.deepEqual(parseGraph('edge:x dir:out'), { ok: true, query: { node: 'edge:x', direction: 'out' } })
})

test('a bad query is refused with the part that is wrong', () => {
  for (const [q, problem] of [
    ['', /names no node/],
    [' \t ', /names no node/],
    ['x'.repeat(257), /longer than 256/],
    ['a\u0000b', /unprintable/],
    ['a\ud800', /unprintable/],
    ['a edge:', /edge: takes/],
    [`a edge:${'x'.repeat(65)}`, /1 to 64/],
    ['a dir:up', /in, out or both/],
    ['a hops:0', /1 to 3/],
    ['a hops:4', /1 to 3/],
    ['a hops:1.5', /1 to 3/],
    ['a hops:01', /1 to 3/],
    ['a b', /none of edge:/],
    ['a :', /none of edge:/],
    ['a size:3', /none of edge:/],
    ['a dir:in dir:in', /dir: twice/],
  ] as const) {
    const parsed = parseGraph(q)
    assert.ok(!parsed.ok, q)
    assert.match(parsed.problem, problem)
  }
})
