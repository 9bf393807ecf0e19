/**
 * Shows that a capability is for a role of a group and lasts until a moment, and not for which role or whose it is.
 * What exactly is proven, and how, is written in `proving/capability.ts`.
 */

import { published } from './capability-attributes.published.ts'
import type { OwnCircuit } from './circuit.ts'
import { domains } from './domains.ts'

export const capabilityAttributes: OwnCircuit = {
  id: 'capability-attributes',
  summary: 'The capability under a commitment is for a role of a group and lasts until a moment.',
  system: 'groth16-bls12-381',
  inputs: ['commitment', 'expiry', 'group_root'],
  // The commitment is one of many that a holder can make, each as good as the other.
  demands: { commitment: 'open', expiry: 'not-past', group_root: 'pinned' },
  domain: domains['capability-attributes'],
  batchMax: 128,
  published,
}
