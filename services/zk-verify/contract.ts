/** The contract of zk-verify. What it can be asked is in `operations/`. */

import { contract } from '@ron/kernel/contract/contract'
import { count, duration, flag, list, section, text } from '@ron/kernel/contract/settings'
import { Type } from 'typebox'
import { admittingOperations } from './operations/admitting.ts'
import { verifyingOperations } from './operations/verifying.ts'
import { watchingOperations } from './operations/watching.ts'

export const zkVerify = contract({
  name: 'zk-verify',
  summary: 'Verifies zero-knowledge proofs for the circuits that the settings name.',
  need: 'optional',
  inbox: { capacity: 1024, concurrency: 1024 },
  config: section({
    circuits: list(Type.String({ maxLength: 160 }), {
      default: [],
      maxItems: 16,
      doc: 'Circuits to verify for, as NAME@b3:HASH with the hash of the key to trust; none turns it off.',
    }),
    experimental: flag({
      default: false,
      doc: 'Lets circuits be named whose proof system is experimental, not to be relied on; see docs/STARK.md.',
    }),
    verifier: text({
      default: 'ron-node',
      doc: 'Name that proofs are made for; give nodes that must not take one another’s proofs different ones.',
    }),
    workers: count({
      default: 2,
      minimum: 1,
      maximum: 16,
      doc: 'Threads that verify, each with a batch of its own; there are none while no circuit is named.',
    }),
    batchMax: count({
      default: 32,
      minimum: 1,
      maximum: 128,
      doc: 'Most proofs that are verified together; a circuit may have a lower limit of its own.',
    }),
    batchWaitMs: duration({
      default: '3ms',
      minimum: '0ms',
      maximum: '100ms',
      doc: 'How long a proof may wait for others to be verified with it while a thread is free.',
    }),
    waitingMax: count({
      default: 512,
      minimum: 1,
      maximum: 1023,
      doc: 'Most proofs that wait, for each circuit; past it the tenant with the most waiting gets 429.',
    }),
    noncesMax: count({
      default: 4_096,
      minimum: 16,
      maximum: 65_536,
      doc: 'Most nonces that are given out and not spent; past it the tenant with the most gets 429.',
    }),
    nonceTtlMs: duration({
      default: '60s',
      minimum: '1s',
      maximum: '10m',
      doc: 'How long a nonce for a proof is good.',
    }),
  }),
  state: null,
  uses: {},
  oap: 0x0303,
  operations: { ...verifyingOperations, ...admittingOperations, ...watchingOperations },
})
