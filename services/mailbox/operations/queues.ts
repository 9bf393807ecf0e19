/** What the queues can be asked, by HTTP under `/v1/mailbox` and by OAP. */

import { operation } from '@ron/kernel/contract/contract'
import { Type } from 'typebox'
import {
  Address,
  AnyTopic,
  Attrs,
  batchMax,
  Count,
  fields,
  IdemKey,
  Lease,
  none,
  patience,
  PayloadB64,
  Timestamp,
  Topic,
  Ulid,
} from './schemas.ts'
import { usage } from './usage.ts'

/** `409-conflict` turns a duplicate into a refusal; the default says so in the answer. */
const IdempotencyMode = Type.Enum(['200-flag', '409-conflict'])
const sendHeaders = { idempotency_key: 'idempotency-key', idempotency_mode: 'x-idempotency-mode' }
const sendResponse = fields({ msg_id: Ulid, duplicate: Type.Boolean() })
const sendRefusals = ['Busy', 'Full', 'Conflict', 'TooLarge'] as const

const receipt = { lease: Type.Optional(Lease) }
const Reason = Type.String({ maxLength: 256 })
const done = fields({ ok: Type.Boolean() })

const topicCounts = fields({
  topic: AnyTopic,
  ready: Count,
  leased: Count,
  waiting: Count,
  dead: Count,
  bytes: Count,
})

const envelope = {
  msg_id: Ulid,
  topic: AnyTopic,
  ts: Timestamp,
  idem_key: IdemKey,
  payload_hash: Address,
  attrs: Attrs,
  attempt: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  lease: Lease,
  /** On a dead letter: why it died. */
  dlq_reason: Type.Optional(Type.String({ maxLength: 512 })),
}

const envelopeHeaders = {
  msg_id: 'x-msg-id',
  topic: 'x-topic',
  ts: 'x-sent-at',
  idem_key: 'idempotency-key',
  payload_hash: 'x-content-b3',
  attempt: 'x-attempt',
  lease: 'x-lease',
}

export const queueOperations = {
  usage,
  send: operation({
    summary:
      'Sends a message. The idempotency key is required, in the body or in the header; the same topic, key and payload within the window is the same message.',
    request: fields({
      topic: Topic,
      idem_key: Type.Optional(IdemKey),
      idempotency_key: Type.Optional(IdemKey),
      idempotency_mode: Type.Optional(IdempotencyMode),
      payload_b64: PayloadB64,
      attrs: Type.Optional(Attrs),
    }),
    requestBody: 'none',
    response: sendResponse,
    responseBody: 'none',
    events: null,
    refusals: sendRefusals,
    timeoutMs: 5_000,
    door: {
      verb: 'mailbox.send',
      code: 1,
      http: { ...none, route: 'POST /v1/mailbox/send', status: 200, requestHeaders: sendHeaders },
    },
  }),

  sendBytes: operation({
    summary: 'Sends the request body as a message, without base64.',
    request: fields({
      topic: Topic,
      idempotency_key: IdemKey,
      idempotency_mode: Type.Optional(IdempotencyMode),
    }),
    requestBody: 'bytes',
    response: sendResponse,
    responseBody: 'none',
    events: null,
    refusals: sendRefusals,
    timeoutMs: 5_000,
    door: {
      verb: 'mailbox.send',
      code: 2,
      http: { ...none, route: 'POST /v1/mailbox/topics/*topic', status: 200, requestHeaders: sendHeaders },
    },
  }),

  recv: operation({
    summary:
      'Leases messages, oldest first, and waits for one if asked to. A message is delivered again unless it is acknowledged before its lease ends.',
    request: fields({
      topic: AnyTopic,
      ...patience,
      max_messages: Type.Optional(Type.Integer({ minimum: 1, maximum: batchMax })),
      max_bytes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_048_576 })),
    }),
    requestBody: 'none',
    response: fields({
      messages: Type.Array(fields({ ...envelope, payload_b64: PayloadB64 }), { maxItems: batchMax }),
    }),
    responseBody: 'none',
    events: null,
    refusals: ['Busy'],
    timeoutMs: 25_000,
    door: {
      verb: 'mailbox.recv',
      code: 3,
      http: { ...none, route: 'POST /v1/mailbox/recv', status: 200 },
    },
  }),

  recvBytes: operation({
    summary:
      'Leases one message and answers its payload as the body, without base64: the way for payloads that are large, above all over OAP. Over HTTP the attributes are left out.',
    request: fields({ topic: AnyTopic, ...patience }),
    requestBody: 'none',
    response: fields({
      outcome: Type.Enum(['message', 'empty']),
      ...Type.Partial(fields(envelope)).properties,
    }),
    responseBody: 'bytes',
    events: null,
    refusals: ['Busy'],
    timeoutMs: 25_000,
    door: {
      verb: 'mailbox.recv',
      code: 12,
      http: {
        ...none,
        route: 'POST /v1/mailbox/recv/*topic',
        status: { field: 'outcome', of: { message: 200, empty: 204 } },
        responseHeaders: envelopeHeaders,
      },
    },
  }),

  ack: operation({
    summary:
      'Says that a message is done. With a lease, only the latest receiver of it is heard; repeating is harmless.',
    request: fields({ msg_id: Ulid, ...receipt }),
    requestBody: 'none',
    response: done,
    responseBody: 'none',
    events: null,
    refusals: ['NotFound', 'Conflict'],
    timeoutMs: 2_000,
    door: {
      verb: 'mailbox.ack',
      code: 4,
      http: { ...none, route: 'POST /v1/mailbox/ack', status: 200 },
    },
  }),

  ackByPath: operation({
    summary: 'Says that the message in the path is done.',
    request: fields({ msg_id: Ulid, ...receipt }),
    requestBody: 'none',
    response: done,
    responseBody: 'none',
    events: null,
    refusals: ['NotFound', 'Conflict'],
    timeoutMs: 2_000,
    door: {
      verb: 'mailbox.ack',
      code: 5,
      http: { ...none, route: 'POST /v1/mailbox/ack/:msg_id', status: 200 },
    },
  }),

  nack: operation({
    summary:
      'Gives a message back: it returns after a backoff, or becomes a dead letter after its last attempt.',
    request: fields({ msg_id: Ulid, reason: Type.Optional(Reason), ...receipt }),
    requestBody: 'none',
    response: done,
    responseBody: 'none',
    events: null,
    refusals: ['NotFound', 'Conflict'],
    timeoutMs: 2_000,
    door: {
      verb: 'mailbox.ack',
      code: 6,
      http: { ...none, route: 'POST /v1/mailbox/nack', status: 200 },
    },
  }),

  nackByPath: operation({
    summary: 'Gives the message in the path back.',
    request: fields({ msg_id: Ulid, reason: Type.Optional(Reason), ...receipt }),
    requestBody: 'none',
    response: done,
    responseBody: 'none',
    events: null,
    refusals: ['NotFound', 'Conflict'],
    timeoutMs: 2_000,
    door: {
      verb: 'mailbox.ack',
      code: 7,
      http: { ...none, route: 'POST /v1/mailbox/nack/:msg_id', status: 200 },
    },
  }),

  subscribe: operation({
    summary:
      'Shows every message sent to a topic from now on, without taking it from the queue. What a slow subscriber misses is counted and told.',
    request: fields({ topic: AnyTopic }),
    requestBody: 'none',
    response: fields({ delivered: Count, lost: Count }),
    responseBody: 'none',
    events: fields({
      kind: Type.Enum(['message', 'lost']),
      msg_id: Type.Optional(Ulid),
      topic: Type.Optional(AnyTopic),
      ts: Type.Optional(Timestamp),
      attrs: Type.Optional(Attrs),
      payload_bytes: Type.Optional(Count),
      /** Absent when the payload has more than 32 KiB; a receiver gets it all. */
      payload_b64: Type.Optional(PayloadB64),
      /** With `lost`: how many messages came since the last event. */
      count: Type.Optional(Count),
    }),
    refusals: ['Busy'],
    timeoutMs: 5_000,
    door: {
      verb: 'mailbox.recv',
      code: 8,
      http: { ...none, route: 'GET /v1/mailbox/subscribe', status: 200 },
    },
  }),

  dlqReprocess: operation({
    summary: 'Moves dead letters back to their topic, oldest first, with all their attempts.',
    request: fields({ topic: AnyTopic, limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })) }),
    requestBody: 'none',
    response: fields({ moved: Count }),
    responseBody: 'none',
    events: null,
    refusals: ['Busy'],
    timeoutMs: 5_000,
    door: {
      verb: 'mailbox.admin',
      code: 9,
      http: { ...none, route: 'POST /v1/mailbox/dlq/reprocess', status: 200 },
    },
  }),

  topics: operation({
    summary: 'Lists the topics that hold messages, with their counts, in alphabetical order.',
    request: fields({
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
      after: Type.Optional(AnyTopic),
    }),
    requestBody: 'none',
    response: fields({
      topics: Type.Array(topicCounts, { maxItems: 1_000 }),
      /** Ask for the topics after this one; absent at the end. */
      next_after: Type.Optional(AnyTopic),
    }),
    responseBody: 'none',
    events: null,
    refusals: [],
    timeoutMs: 2_000,
    door: {
      verb: 'mailbox.admin',
      code: 10,
      http: { ...none, route: 'GET /v1/mailbox/topics', status: 200 },
    },
  }),

  topic: operation({
    summary:
      'Counts one topic: ready, leased, waiting out a backoff, dead. Zeros for one that holds nothing.',
    request: fields({ topic: AnyTopic }),
    requestBody: 'none',
    response: topicCounts,
    responseBody: 'none',
    events: null,
    refusals: [],
    timeoutMs: 2_000,
    door: {
      verb: 'mailbox.admin',
      code: 11,
      http: { ...none, route: 'GET /v1/mailbox/topics/*topic', status: 200 },
    },
  }),
}
