/** Neighbors, as the clients of a node ask for them; each answer is held against the edges that the node was given. */

import type { SDK } from '@ron/app-sdk'
import assert from 'node:assert/strict'
import { batchesOf, edgesPerNode, nameOf } from '../graph/dataset.ts'
import { asked } from './asked.ts'

const neighborsMax = 100

/** Of `nodes` nodes, a few of which most others point to; milliseconds of each answer. */
export async function neighborTimes(
  sdk: SDK,
  { nodes, questions, seed }: { readonly nodes: number; readonly questions: number; readonly seed: number },
): Promise<readonly number[]> {
  const followers = new Map<string, Set<string>>()
  const dataset = { nodes, edges: nodes * edgesPerNode, shape: 'power law', seed } as const
  for (const edges of batchesOf(dataset)) {
    await sdk.graph.linkAll({ edges })
    for (const { from, to, edge } of edges) {
      // Nobody is a neighbor of their own.
      if (edge === 'follows' && from !== to) followers.set(to, (followers.get(to) ?? new Set()).add(from))
    }
  }
  return asked(
    questions,
    (nth) => sdk.graph.graph({ q: `${nodeAt(nth)} edge:follows dir:in`, max_neighbors: neighborsMax }),
    ({ neighbors }, nth) => {
      const known = followers.get(nodeAt(nth)) ?? new Set()
      const found = new Set(neighbors.map(({ node }) => node))
      const wanted = Math.min(neighborsMax, known.size)
      assert.equal(found.size, wanted, `followers of ${nodeAt(nth)}`)
      for (const node of found) assert.ok(known.has(node), `${node} follows nobody`)
    },
  )

  /** The most followed first, as far as there are so many. */
  function nodeAt(nth: number): string {
    return nameOf(nth % nodes)
  }
}
