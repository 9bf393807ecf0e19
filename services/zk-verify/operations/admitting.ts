/** What proofs are for: requests that a capability lets in with one, records of the audit log, counters of a meter. */

import { operation } from '@ron/kernel/contract/contract'
import { Type } from 'typebox'
import { CircuitId, Count, Fields, Input, Sentence } from './schemas.ts'

/** Digits, or `0x` and hex; below r. */
const Inputs = Type.Array(
  Type.Object({ input: Type.String({ maxLength: 32 }), value: Type.String({ maxLength: 80 }) }, Fields),
  { maxItems: 16 },
)

/** Why not, by a short name and in a sentence, and what to do about it. */
const objection = {
  rule: Type.Optional(Type.String({ maxLength: 32 })),
  reason: Type.Optional(Sentence),
  fix: Type.Optional(Sentence),
}

export const admittingOperations = {
  nonce: operation({
    summary: 'Gives out a nonce for the proofs of one request whose capability asks for some.',
    request: Type.Object({}, Fields),
    requestBody: 'none',
    response: Type.Object(
      {
        /** 16 bytes in hex, good once and for the tenant that asked. */
        nonce: Type.String({ maxLength: 32 }),
        /** Whom the proofs have to be made for. */
        verifier: Type.String({ maxLength: 4096 }),
        expires_in_ms: Type.Integer({ minimum: 0 }),
      },
      Fields,
    ),
    responseBody: 'none',
    events: null,
    refusals: ['NotEnabled', 'Busy'],
    timeoutMs: 1_000,
    door: {
      verb: 'zk.nonce',
      code: 3,
      http: { route: 'POST /zk/nonces', status: 201, requestHeaders: {}, responseHeaders: {} },
    },
  }),
  admit: operation({
    summary: 'Spends a nonce and verifies the proofs that answer it, for the wall.',
    request: Type.Object(
      {
        nonce: Type.String({ maxLength: 32 }),
        /** The proofs themselves are the body, one behind the other. */
        proofs: Type.Array(
          Type.Object(
            {
              circuit: CircuitId,
              pins: Inputs,
              inputs: Inputs,
              bytes: Type.Integer({ minimum: 0 }),
            },
            Fields,
          ),
          { maxItems: 4 },
        ),
      },
      Fields,
    ),
    requestBody: 'bytes',
    response: Type.Object(
      {
        admitted: Type.Boolean(),
        /** Why not, and which proof it is about; none where it is about the nonce. */
        at: Type.Optional(Type.Integer({ minimum: 0 })),
        ...objection,
      },
      Fields,
    ),
    responseBody: 'none',
    events: null,
    refusals: ['NotEnabled', 'Busy', 'Timeout', 'Unavailable'],
    timeoutMs: 5_000,
    door: null,
  }),
  inclusion: operation({
    summary: 'Verifies that an event is under a root that the audit log of this node published.',
    request: Type.Object(
      {
        /** As the statement has it; see `GET /api/v1/audit/place` of the admin surface. */
        root: Input,
        /** RFC 6962's hash of the entry: 32 bytes in hex. */
        event: Input,
        /** From `POST /zk/nonces`; it is spent. */
        nonce: Type.String({ pattern: '^[0-9a-f]{32}$', maxLength: 32 }),
      },
      Fields,
    ),
    requestBody: 'bytes',
    response: Type.Object(
      {
        valid: Type.Boolean(),
        /** Which log has the event, at that size of it, and from which of its entries on the tree is. */
        log: Type.Optional(
          Type.Object({ origin: Type.String({ maxLength: 512 }), size: Count, first: Count }, Fields),
        ),
        ...objection,
      },
      Fields,
    ),
    responseBody: 'none',
    events: null,
    refusals: ['NotEnabled', 'Busy', 'Timeout', 'Unavailable'],
    timeoutMs: 5_000,
    door: {
      verb: 'zk.verify',
      code: 4,
      http: { route: 'POST /zk/inclusion', status: 200, requestHeaders: {}, responseHeaders: {} },
    },
  }),
  commit: operation({
    summary: 'Takes the root of the counters of a day, which the meter of the tenant commits to.',
    request: Type.Object(
      {
        /** Days since 1970 in UTC: today, or tomorrow. */
        epoch: Count,
        root: Input,
      },
      Fields,
    ),
    requestBody: 'none',
    response: Type.Object({ replaced: Type.Boolean() }, Fields),
    responseBody: 'none',
    events: null,
    refusals: ['NotEnabled', 'Conflict', 'Busy'],
    timeoutMs: 1_000,
    door: {
      verb: 'zk.meter',
      code: 5,
      http: { route: 'PUT /zk/counters', status: 200, requestHeaders: {}, responseHeaders: {} },
    },
  }),
  publish: operation({
    summary: 'Takes a root that the audit log of this node has published.',
    request: Type.Object(
      { origin: Type.String({ maxLength: 512 }), size: Count, first: Count, root: Input },
      Fields,
    ),
    requestBody: 'none',
    response: Type.Object({}, Fields),
    responseBody: 'none',
    events: null,
    refusals: [],
    timeoutMs: 500,
    door: null,
  }),
}
