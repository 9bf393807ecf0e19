/** What is asked of one proof by itself: whether it holds, and for what it can be made. */

import { operation } from '@ron/kernel/contract/contract'
import { Type } from 'typebox'
import { CircuitId, Fields, Input, Name, Sentence } from './schemas.ts'

/** 16 to 64 bytes in hex. */
const Nonce = Type.String({ pattern: '^([0-9a-f]{2}){16,64}$', maxLength: 128 })

export const verifyingOperations = {
  verify: operation({
    summary: 'Verifies one proof, sent as the body, of public inputs and a nonce.',
    request: Type.Object(
      {
        circuit: CircuitId,
        /** All but the binding context, which the node computes. */
        inputs: Type.Array(Input, { maxItems: 16 }),
        /** What the verifying party gave the prover for this one proof. */
        nonce: Nonce,
      },
      Fields,
    ),
    requestBody: 'bytes',
    response: Type.Object(
      {
        valid: Type.Boolean(),
        /** Why not. */
        reason: Type.Optional(
          Type.Enum(['length', 'inputs', 'range', 'infinity', 'encoding', 'point', 'equation']),
        ),
      },
      Fields,
    ),
    responseBody: 'none',
    events: null,
    refusals: ['NotEnabled', 'NotFound', 'Busy', 'Timeout', 'Unavailable'],
    timeoutMs: 5_000,
    door: {
      verb: 'zk.verify',
      code: 1,
      http: { route: 'POST /zk/verify', status: 200, requestHeaders: {}, responseHeaders: {} },
    },
  }),
  circuits: operation({
    summary: 'Lists the circuits that proofs are verified for, and what a prover has to know of each.',
    request: Type.Object({}, Fields),
    requestBody: 'none',
    response: Type.Object(
      {
        verifier: Type.String({ maxLength: 4096 }),
        items: Type.Array(
          Type.Object(
            {
              circuit: CircuitId,
              summary: Sentence,
              system: Name,
              inputs: Type.Array(Name, { maxItems: 16 }),
              /** Those that a `zk` caveat has to pin. */
              pinned: Type.Array(Name, { maxItems: 16 }),
              domain: Name,
              /** BLAKE3 of the verifying key. */
              key_hash: Name,
              /** BLAKE3 of what prover and verifier have to agree on beside it. */
              parameters_hash: Name,
              proof_bytes: Type.Integer({ minimum: 1, maximum: 1_048_576 }),
              /** Whether its proof system is not to be relied on yet. */
              experimental: Type.Boolean(),
              batch_max: Type.Integer({ minimum: 1, maximum: 128 }),
            },
            Fields,
          ),
          { maxItems: 16 },
        ),
      },
      Fields,
    ),
    responseBody: 'none',
    events: null,
    refusals: ['NotEnabled'],
    timeoutMs: 1_000,
    door: {
      verb: 'zk.read',
      code: 2,
      http: { route: 'GET /zk/circuits', status: 200, requestHeaders: {}, responseHeaders: {} },
    },
  }),
}
