import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Reached } from './reached.ts'

test('a node has one record from when it was first reached, walk after walk', () => {
  const walk = fc.array(fc.nat(600), { maxLength: 500, size: 'max' })
  fc.assert(
    fc.property(fc.array(walk, { maxLength: 5 }), (walks) => {
      const reached = new Reached()
      for (const nodes of walks) {
        reached.clear(5)
        const twin = [...new Set(nodes)]
        for (const node of nodes) assert.equal(reached.record(node), twin.indexOf(node))
        assert.deepEqual([...reached.nodes.subarray(0, reached.count)], twin)
        for (let node = 0; node <= 600; node += 7) assert.equal(reached.has(node), twin.includes(node))
      }
    }),
  )
})

test('what a large walk took is given back before the next one', () => {
  const reached = new Reached()
  for (let node = 0; node < 50_000; node++) reached.record(node)
  assert.ok(reached.nodes.length >= 50_000)
  reached.clear(0)
  assert.ok(reached.nodes.length < 1000 && !reached.has(1))
})
