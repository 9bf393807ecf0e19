/** The index as a service: one graph and one set of documents per tenant, within budgets all of them share. */

import { service } from '@ron/kernel/contract/contract'
import { Budget, nearlyFull } from './budget.ts'
import type { index } from './contract.ts'
import { graphHandlers } from './graph-handlers.ts'
import { Graph } from './graph/graph.ts'
import { InvertedIndex } from './text/inverted-index.ts'
import { searchHandlers } from './search-handlers.ts'
import { Tenants } from './tenants.ts'
import type { TextIndex } from './text/text-index.ts'

/** Past this share of a budget an operator should know, while there is still room. */
const SHARE_HEALTHY = 0.95

export default service<typeof index>(async ({ config, clock, random }) => {
  const edges = new Budget('edges', config.edgesMax, 'raise index.edgesMax')
  const nodes = new Budget('graph nodes', config.nodesMax, 'raise index.nodesMax')
  const docs = new Budget('documents', config.docsMax, 'raise index.docsMax')
  const textBytes = new Budget('bytes of text', config.textBytesMax, 'raise index.textBytesMax')
  const words = new Budget('different words', config.wordsMax, 'raise index.wordsMax')

  const graphs = new Tenants(() => new Graph({ edges, nodes }, seedFrom(random.bytes(4))))
  const texts = new Tenants<TextIndex>(() => new InvertedIndex({ docs, textBytes, words }))
  const pause = () => new Promise<void>((resume) => void clock.after(0, resume))

  return {
    handle: { ...graphHandlers(graphs, config, pause), ...searchHandlers(texts, config, pause) },

    health: () => {
      const tight = nearlyFull([edges, nodes, docs, textBytes, words], SHARE_HEALTHY)
      return tight === null ? { state: 'ready' } : { state: 'degraded', because: `nearly full: ${tight}` }
    },

    stop: async () => {
      graphs.clear()
      texts.clear()
    },
  }
})

function seedFrom(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0)
}
