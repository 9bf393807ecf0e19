/**
 * Shows that an event is in a log, and not where or what lies beside it, as `audit-inclusion` does, but without a setup:
 * its key is its parameters. What exactly is proven stands in `stark/air.ts`, and what that is worth in docs/STARK.md.
 */

import { published } from './audit-inclusion-stark.published.ts'
import type { Circuit } from './circuit.ts'

export const auditInclusionStark: Circuit = {
  id: 'audit-inclusion-stark',
  summary: 'An event is under the root of a log, shown without a setup. Experimental.',
  system: 'stark-koalabear-fri',
  inputs: ['root', 'event'],
  // Any event at all is in any log that has one.
  demands: { root: 'pinned', event: 'pinned' },
  domain: 'ron/zk/audit-inclusion-stark/1',
  // Nothing is shared in a batch: a larger one would only make its first wait for its last, and a worker have nothing.
  batchMax: 1,
  published,
}
