/** What the kernel asks: how self-tests ended, and what a scrape tells. */

import { operation } from '@ron/kernel/contract/contract'
import { Type } from 'typebox'
import { CircuitId, Count, Fields, Name, Sentence } from './schemas.ts'

/** How many fell into each bucket and into none before it; the last is above all bounds. */
const Spread = Type.Object(
  {
    bounds: Type.Array(Type.Number(), { maxItems: 16 }),
    counts: Type.Array(Count, { maxItems: 17 }),
    sum: Type.Number(),
  },
  Fields,
)
const SelfTests = Type.Object(
  {
    /** Whom proofs are made for. */
    verifier: Type.String({ maxLength: 4096 }),
    circuits: Type.Array(
      Type.Object(
        {
          circuit: CircuitId,
          ok: Type.Boolean(),
          because: Sentence,
          /** BLAKE3 of its verifying key; empty for one that is closed. */
          key_hash: Name,
          at_ms: Type.Integer({ minimum: 0 }),
        },
        Fields,
      ),
      { maxItems: 16 },
    ),
  },
  Fields,
)

export const watchingOperations = {
  watch: operation({
    summary: 'Tells how the self-test of each circuit ended, now and after every further one.',
    request: Type.Object({}, Fields),
    requestBody: 'none',
    response: Type.Object({}, Fields),
    responseBody: 'none',
    events: SelfTests,
    refusals: [],
    timeoutMs: 5_000,
    door: null,
  }),
  selfTest: operation({
    summary:
      'Tests every circuit again with a proof that is good and one that is not; one that fails is closed.',
    request: Type.Object({}, Fields),
    requestBody: 'none',
    response: SelfTests,
    responseBody: 'none',
    events: null,
    refusals: ['NotEnabled'],
    timeoutMs: 10_000,
    door: null,
  }),
  report: operation({
    summary: 'What a scrape asks for: verdicts, batches and what waits, by circuit.',
    request: Type.Object({}, Fields),
    requestBody: 'none',
    response: Type.Object(
      {
        nonces: Count,
        circuits: Type.Array(
          Type.Object(
            {
              circuit: CircuitId,
              waiting: Count,
              accepted: Count,
              rejected: Type.Array(
                Type.Object({ reason: Type.String({ maxLength: 16 }), count: Count }, Fields),
                { maxItems: 16 },
              ),
              batch_sizes: Spread,
              batch_seconds: Spread,
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
    refusals: [],
    timeoutMs: 500,
    door: null,
  }),
}
