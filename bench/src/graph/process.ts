/** One graph from its first edge to its last, in a process of its own: told a dataset, it tells all that it took. */

import { tell, told } from '../rig/apart.ts'
import type { Dataset } from './dataset.ts'
import { journaled, type Journaled } from './journaled.ts'
import { emptyGraph, load, mutuals, removal, walks, type Load, type Removal } from './ours.ts'
import type { Timing } from './timed.ts'

export interface GraphFound {
  readonly load: Load
  readonly walks: readonly { readonly hops: number; readonly neighborsMax: number; readonly timing: Timing }[]
  readonly mutuals: Timing
  readonly removal: Removal
  readonly journal: Journaled
}

const dataset = told<Dataset>()
const found = graph()
tell({ ...found, journal: await journaled(dataset) } satisfies GraphFound)

/** Its graph is garbage afterwards, before the journal's is made. */
function graph(): Omit<GraphFound, 'journal'> {
  const graph = emptyGraph(dataset.seed)
  const loaded = load(graph, dataset)
  const asked = [
    { hops: 1, neighborsMax: 16 },
    { hops: 1, neighborsMax: 100 },
    { hops: 2, neighborsMax: 16 },
    { hops: 2, neighborsMax: 128 },
    { hops: 3, neighborsMax: 128 },
  ]
  return {
    load: loaded,
    walks: asked.map((ask) => ({ ...ask, timing: walks(graph, dataset, ask.hops, ask.neighborsMax) })),
    mutuals: mutuals(graph, dataset),
    removal: removal(graph, dataset),
  }
}
