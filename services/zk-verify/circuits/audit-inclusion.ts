/**
 * Shows that an event is in a log, and not where or what lies beside it. What exactly is proven, and how, is written in
 * `proving/inclusion.ts`.
 */

import { published } from './audit-inclusion.published.ts'
import type { OwnCircuit } from './circuit.ts'
import { domains } from './domains.ts'

export const auditInclusion: OwnCircuit = {
  id: 'audit-inclusion',
  summary: 'An event is under the root of a log.',
  system: 'groth16-bls12-381',
  inputs: ['root', 'event_first', 'event_last'],
  // Any event at all is in any log that has one.
  demands: { root: 'pinned', event_first: 'pinned', event_last: 'pinned' },
  domain: domains['audit-inclusion'],
  batchMax: 128,
  published,
}
