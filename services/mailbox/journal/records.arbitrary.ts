/** Any record a mailbox may write, for tests of its bytes. */

import fc from 'fast-check'
import type { FeedRecord } from '../feeds/feed-records.ts'
import type { QueueRecord } from '../queues/queue-records.ts'

/** Any UTF-16 at all, also halves of pairs: what JSON can carry comes back as it was. */
const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom('', '\ud800', 'é', '你好', 'x'.repeat(9000)),
)
const textOrNull = fc.option(text)
const time = fc.double({ noNaN: true, min: 0 })
const count = fc.maxSafeNat()
const flag = fc.boolean()
const bytes = fc.uint8Array({ maxLength: 5000 })
const attrs = fc.dictionary(fc.oneof(text, fc.constant('__proto__')), text, {
  maxKeys: 3,
  noNullPrototype: true,
})
const attachments = fc.array(text, { maxLength: 3 })

const sending = fc.record({
  id: text,
  tenant: text,
  topic: text,
  sentAtMs: time,
  idemKey: text,
  payloadHash: text,
  attrs,
  payload: bytes,
})
const content = fc.record({
  id: text,
  author: text,
  sentAtMs: time,
  text: fc.option(bytes),
  attrs,
  attachments,
  pushed: flag,
})
const inTopic = { tenant: text, topic: text }
const kind = <Name extends string>(name: Name) => fc.constant(name)

export const queueRecord: fc.Arbitrary<QueueRecord> = fc.oneof(
  fc.record({ kind: kind('sent'), sending, expiresAtMs: time, key: text, recentUntilMs: time }),
  fc.record({
    kind: kind('leased'),
    ...inTopic,
    dead: flag,
    lease: text,
    untilMs: time,
    messagesMax: count,
    bytesMax: count,
  }),
  fc.record({ kind: kind('acked'), id: text }),
  fc.record({ kind: kind('returned'), id: text, dueAtMs: time, reason: text }),
  fc.record({ kind: kind('died'), id: text, reason: text, expiresAtMs: time }),
  fc.record({ kind: kind('passed'), ...inTopic, nowMs: time, attemptsMax: count, deadExpireAtMs: time }),
  fc.record({ kind: kind('revived'), ...inTopic, count, expireAtMs: time }),
  fc.record({ kind: kind('lapsed'), count }),
  fc.record({
    kind: kind('message'),
    sending,
    dead: flag,
    state: fc.constantFrom('ready', 'leased', 'waiting'),
    attempt: count,
    lease: textOrNull,
    reason: textOrNull,
    dueAtMs: time,
    expiresAtMs: time,
  }),
  fc.record({ kind: kind('recent'), key: text, id: text, untilMs: time }),
  fc.record({ kind: kind('remembered'), tenant: text, id: text }),
)

export const feedRecord: fc.Arbitrary<FeedRecord> = fc.oneof(
  fc.record({ kind: kind('opened'), tenant: text }),
  fc.record({ kind: kind('followed'), tenant: text, user: text, author: text, number: count }),
  fc.record({ kind: kind('unfollowed'), tenant: text, user: text, author: text }),
  fc.record({ kind: kind('posted'), tenant: text, content, order: count }),
  fc.record({ kind: kind('sentAgain'), tenant: text, id: text }),
  fc.record({ kind: kind('stepped'), tenant: text, id: text, count }),
  fc.record({ kind: kind('removed'), tenant: text, id: text }),
  fc.record({ kind: kind('post'), tenant: text, content, order: count, gone: flag }),
  fc.record({ kind: kind('timeline'), tenant: text, user: text, orders: fc.array(count) }),
  fc.record({ kind: kind('walk'), tenant: text, id: text, after: count, upTo: count, delivered: count }),
)
