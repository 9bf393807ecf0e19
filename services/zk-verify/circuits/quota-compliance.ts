/**
 * Shows that a counter somebody committed to is below a limit in an epoch, and not what it is or whose. What exactly
 * is proven, and how, is written in `proving/quota.ts`.
 */

import type { OwnCircuit } from './circuit.ts'
import { domains } from './domains.ts'
import { published } from './quota-compliance.published.ts'

export const quotaCompliance: OwnCircuit = {
  id: 'quota-compliance',
  summary: 'A counter under the root of a commitment tree is below a limit in an epoch.',
  system: 'groth16-bls12-381',
  inputs: ['root', 'limit', 'epoch'],
  // Counters lie under a root, and whoever chose it or the limit could show what he likes.
  demands: { root: 'committed', limit: 'pinned', epoch: 'this-day' },
  domain: domains['quota-compliance'],
  batchMax: 128,
  published,
}
