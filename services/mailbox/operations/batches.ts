/**
 * Many messages in one call: as JSON under `/v1/mailbox/*_batch`, and packed, where letters, deliveries and ids are
 * rows of bytes in the body and nothing between the sender and the queue takes them apart (docs/WIRE.md).
 */

import { operation } from '@ron/kernel/contract/contract'
import { Type } from 'typebox'
import {
  AnyTopic,
  Attrs,
  batchMax,
  Count,
  fields,
  IdemKey,
  Lease,
  none,
  PayloadB64,
  patience,
  Topic,
  Ulid,
} from './schemas.ts'

/** Why the letters behind the last one kept are not: as the refusal would have said it. */
const refused = {
  refused_code: Type.Optional(Type.Enum(['Busy', 'Full'])),
  refused_detail: Type.Optional(Type.String({ maxLength: 1_024 })),
}
const sendRefusals = ['Busy', 'Full', 'TooLarge'] as const

export const batchOperations = {
  sendBatch: operation({
    summary:
      'Sends messages to one topic, in order. One result for each that is kept; where one does not fit, neither it nor those behind it are, and refused_code says why. Repeating is safe.',
    request: fields({
      topic: Topic,
      messages: Type.Array(
        fields({ idem_key: IdemKey, payload_b64: PayloadB64, attrs: Type.Optional(Attrs) }),
        { minItems: 1, maxItems: batchMax },
      ),
    }),
    requestBody: 'none',
    response: fields({
      results: Type.Array(fields({ msg_id: Ulid, duplicate: Type.Boolean() }), { maxItems: batchMax }),
      ...refused,
    }),
    responseBody: 'none',
    events: null,
    refusals: sendRefusals,
    timeoutMs: 5_000,
    door: {
      verb: 'mailbox.send',
      code: 13,
      http: { ...none, route: 'POST /v1/mailbox/send_batch', status: 200 },
    },
  }),

  ackBatch: operation({
    summary:
      'Says of each message that it is done: done, unknown, or conflict for one that somebody else has under another lease. Repeating is harmless.',
    request: fields({
      msg_ids: Type.Array(Ulid, { minItems: 1, maxItems: batchMax }),
      lease: Type.Optional(Lease),
    }),
    requestBody: 'none',
    response: fields({
      done: Count,
      outcomes: Type.Array(Type.Enum(['done', 'unknown', 'conflict']), { maxItems: batchMax }),
    }),
    responseBody: 'none',
    events: null,
    refusals: [],
    timeoutMs: 5_000,
    door: {
      verb: 'mailbox.ack',
      code: 14,
      http: { ...none, route: 'POST /v1/mailbox/ack_batch', status: 200 },
    },
  }),

  sendPacked: operation({
    summary: 'The same as sendBatch with packed letters as the body, and packed receipts as the answer.',
    request: fields({ topic: Topic }),
    requestBody: 'bytes',
    response: fields({ kept: Count, duplicates: Count, ...refused }),
    responseBody: 'bytes',
    events: null,
    refusals: sendRefusals,
    timeoutMs: 5_000,
    door: {
      verb: 'mailbox.send',
      code: 15,
      http: {
        route: 'POST /v1/mailbox/packed/send/*topic',
        status: 200,
        requestHeaders: {},
        responseHeaders: {
          kept: 'x-kept',
          duplicates: 'x-duplicates',
          refused_code: 'x-refused-code',
          refused_detail: 'x-refused-detail',
        },
      },
    },
  }),

  recvPacked: operation({
    summary:
      'Leases messages as recv does, all under one lease, and answers packed deliveries: without base64, and with their attributes.',
    request: fields({
      topic: AnyTopic,
      ...patience,
      max_messages: Type.Optional(Type.Integer({ minimum: 1, maximum: batchMax })),
      max_bytes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_048_576 })),
    }),
    requestBody: 'none',
    response: fields({
      outcome: Type.Enum(['messages', 'empty']),
      count: Count,
      lease: Type.Optional(Lease),
    }),
    responseBody: 'bytes',
    events: null,
    refusals: ['Busy'],
    timeoutMs: 25_000,
    door: {
      verb: 'mailbox.recv',
      code: 16,
      http: {
        route: 'POST /v1/mailbox/packed/recv/*topic',
        status: { field: 'outcome', of: { messages: 200, empty: 204 } },
        requestHeaders: {},
        responseHeaders: { count: 'x-count', lease: 'x-lease' },
      },
    },
  }),

  ackPacked: operation({
    summary:
      'The same as ackBatch with ids of 16 bytes as the body. The answer has a byte for each: 0 done, 1 unknown, 2 conflict.',
    request: fields({ lease: Type.Optional(Lease) }),
    requestBody: 'bytes',
    response: fields({ done: Count }),
    responseBody: 'bytes',
    events: null,
    refusals: [],
    timeoutMs: 5_000,
    door: {
      verb: 'mailbox.ack',
      code: 17,
      http: {
        route: 'POST /v1/mailbox/packed/ack',
        status: 200,
        requestHeaders: { lease: 'x-lease' },
        responseHeaders: { done: 'x-done' },
      },
    },
  }),
}
