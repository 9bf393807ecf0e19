/**
 * The whole index as a fold over its changes: the graphs and documents of every tenant, within budgets all
 * of them share. Applying the changes that were kept, in order, gives the same index again. It does not know
 * where they are kept.
 */

import type { ConfigOf } from '@ron/kernel/contract/contract'
import { Budget, nearlyFull } from './budget.ts'
import type { Change, Effect } from './changes/change.ts'
import type { index } from './contract.ts'
import { Graph } from './graph/graph.ts'
import { Tenants } from './tenants.ts'
import { InvertedIndex } from './text/inverted-index.ts'
import { bytesOf, type TextIndex } from './text/text-index.ts'

/** About what an edge takes in a snapshot. */
const EDGE_BYTES = 24
/** Links in one change of a snapshot: as many as one request may bring. */
const LINKS_PER_CHANGE = 1_000

type Limits = Pick<ConfigOf<typeof index>, 'edgesMax' | 'nodesMax' | 'docsMax' | 'textBytesMax' | 'wordsMax'>

export class Projection {
  readonly #edges: Budget
  readonly #nodes: Budget
  readonly #docs: Budget
  readonly #textBytes: Budget
  readonly #words: Budget
  readonly graphs: Tenants<Graph>
  readonly texts: Tenants<TextIndex>

  /** `seed` makes the hashes of edges and words differ from node to node. */
  constructor(limits: Limits, seed: number) {
    this.#edges = new Budget('edges', limits.edgesMax, 'raise index.edgesMax')
    this.#nodes = new Budget('graph nodes', limits.nodesMax, 'raise index.nodesMax')
    this.#docs = new Budget('documents', limits.docsMax, 'raise index.docsMax')
    this.#textBytes = new Budget('bytes of text', limits.textBytesMax, 'raise index.textBytesMax')
    this.#words = new Budget('different words', limits.wordsMax, 'raise index.wordsMax')
    this.graphs = new Tenants(() => new Graph({ edges: this.#edges, nodes: this.#nodes }, seed))
    this.texts = new Tenants<TextIndex>(
      () => new InvertedIndex({ docs: this.#docs, textBytes: this.#textBytes, words: this.#words }, seed),
    )
  }

  /** Throws `OverBudget` unless there is room for what the change adds. Changes nothing. */
  ensureRoom(change: Change): void {
    if (change.kind === 'link') this.graphs.use(change.tenant, (graph) => graph.ensureRoom(change.links))
    if (change.kind === 'putDoc') this.texts.use(change.tenant, (text) => text.ensureRoom(change.doc))
  }

  /** About how many bytes fewer a snapshot has after this change. */
  freedBytes(change: Change): number {
    if (change.kind === 'unlink') return EDGE_BYTES
    if (change.kind === 'removeNode') {
      const degree = this.graphs.use(change.tenant, (graph) => graph.degree(change.node))
      return EDGE_BYTES * Math.min(change.edgesMax, degree.in + degree.out)
    }
    if (change.kind === 'removeDoc') {
      const doc = this.texts.use(change.tenant, (text) => text.get(change.id))
      return doc === undefined ? 0 : bytesOf(doc)
    }
    return 0
  }

  /** Never refuses: what was kept, was within the limits when it was decided. */
  apply(change: Change): Effect {
    switch (change.kind) {
      case 'link':
        return this.graphs.use(change.tenant, (graph) => {
          let created = 0
          for (const link of change.links) if (graph.link(link) === 'created') created++
          return { created, replaced: change.links.length - created, removed: 0 }
        })
      case 'unlink': {
        const { from, to, edge } = change
        return removed(this.graphs.use(change.tenant, (graph) => graph.unlink(from, to, edge)) ? 1 : 0)
      }
      case 'removeNode': {
        const { node, edgesMax } = change
        return removed(this.graphs.use(change.tenant, (graph) => graph.removeNode(node, edgesMax)))
      }
      case 'putDoc': {
        const created = this.texts.use(change.tenant, (text) => text.put(change.doc)) === 'created' ? 1 : 0
        return { created, replaced: 1 - created, removed: 0 }
      }
      case 'removeDoc':
        return removed(this.texts.use(change.tenant, (text) => text.remove(change.id)) ? 1 : 0)
    }
  }

  /** The fewest changes that make this index out of an empty one. */
  *snapshot(): Generator<Change> {
    for (const [tenant, graph] of this.graphs) {
      for (const links of inGroups(graph.links(), LINKS_PER_CHANGE)) yield { kind: 'link', tenant, links }
    }
    for (const [tenant, text] of this.texts) {
      for (const doc of text.docs()) yield { kind: 'putDoc', tenant, doc }
    }
  }

  /** Names every budget of which more than `share` is used, or null when there is none. */
  nearlyFull(share: number): string | null {
    return nearlyFull([this.#edges, this.#nodes, this.#docs, this.#textBytes, this.#words], share)
  }

  clear(): void {
    this.graphs.clear()
    this.texts.clear()
  }
}

function removed(count: number): Effect {
  return { created: 0, replaced: 0, removed: count }
}

function* inGroups<Item>(items: Iterable<Item>, size: number): Generator<Item[]> {
  let group: Item[] = []
  for (const item of items) {
    if (group.push(item) < size) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}
