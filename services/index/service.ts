/**
 * The index as a service: one graph and one set of documents per tenant, within budgets all of them share,
 * rebuilt from the journal when its thread was restarted.
 */

import { service } from '@ron/kernel/contract/contract'
import type { index } from './contract.ts'
import { graphHandlers } from './graph-handlers.ts'
import { Keeper } from './keeper.ts'
import { Projection } from './projection.ts'
import { searchHandlers } from './search-handlers.ts'
import { Rereading } from './text/rereading.ts'

/** Past this share of a budget an operator should know, while there is still room. */
const SHARE_HEALTHY = 0.95

export default service<typeof index>(async ({ config, clock, random, journal, log }) => {
  const seed = seedFrom(random.bytes(4))
  const keeper = await Keeper.open(() => new Projection(config, seed), journal, log)
  const { projection } = keeper
  const { graphs, texts } = projection
  const rereading = new Rereading(texts)
  const pause = () => new Promise<void>((resume) => void clock.after(0, resume))
  void rereading.run(pause)

  return {
    handle: {
      ...graphHandlers(graphs, keeper, config, pause),
      ...searchHandlers(texts, keeper, rereading, config, pause),
    },

    health: () => {
      if (!rereading.done) {
        return { state: 'rebuilding', because: 'it reads its documents again after a restart' }
      }
      const tight = projection.nearlyFull(SHARE_HEALTHY)
      return tight === null ? { state: 'ready' } : { state: 'degraded', because: `nearly full: ${tight}` }
    },

    stop: async () => projection.clear(),
  }
})

function seedFrom(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0)
}
