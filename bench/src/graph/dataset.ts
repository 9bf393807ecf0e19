/**
 * A graph to measure with, the same at every run with the same seed. Where degrees are `uniform`, an edge goes
 * from anyone to anyone; under a `power law` it goes to the node of rank r with a chance of about 1 / r, so that
 * a few are reached by a good part of everybody and most by a few.
 */

import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'
import type { Link } from '@ron/services/index/graph/graph'

export const shapes = ['uniform', 'power law'] as const

export interface Dataset {
  readonly nodes: number
  readonly edges: number
  readonly shape: (typeof shapes)[number]
  readonly seed: number
}

export const edgesPerNode = 10
export const linksPerBatch = 1_000
const kinds = ['follows', 'likes', 'blocks'] as const

/** Every edge; a few come twice, as they do in life. Weights are halves from ½ to 4, so that many are equal. */
export function* linksOf({ nodes, edges, shape, seed }: Dataset): Generator<Link> {
  const random = seededRandom(seed).fraction
  for (let i = 0; i < edges; i++) {
    const from = Math.floor(random() * nodes)
    const to = Math.floor(shape === 'uniform' ? random() * nodes : nodes ** random() - 1)
    const kind = kinds[Math.floor(3 * random() ** 2)] ?? 'follows'
    yield { from: nameOf(from), to: nameOf(to), edge: kind, weight: Math.ceil(8 * random()) / 2 }
  }
}

/** The same, as many at a time as one request may bring. */
export function* batchesOf(dataset: Dataset): Generator<Link[]> {
  let batch: Link[] = []
  for (const link of linksOf(dataset)) {
    if (batch.push(link) < linksPerBatch) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

export function nameOf(node: number): string {
  return `user:${node}`
}
