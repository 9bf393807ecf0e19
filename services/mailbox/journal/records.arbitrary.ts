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

const words = (count: number) => fc.uint32Array({ minLength: count, maxLength: count })
const floats = (count: number) => fc.float64Array({ minLength: count, maxLength: count, noNaN: true })
const letters = (count: number) => fc.array(bytes, { minLength: count, maxLength: count })
const rows = fc.nat({ max: 5 })

const sent = rows.chain((n) =>
  fc.record({
    kind: kind('sent'),
    ...inTopic,
    sentAtMs: time,
    expiresAtMs: time,
    recentUntilMs: time,
    ids: words(4 * n),
    keys: words(4 * n),
    letters: letters(n),
  }),
)
const kept = rows.chain((n) =>
  fc.record({
    kind: kind('kept'),
    ...inTopic,
    dead: flag,
    ids: words(4 * n),
    states: fc.uint8Array({ minLength: n, maxLength: n }),
    attempts: words(n),
    leases: words(2 * n),
    sentAtMs: floats(n),
    dueAtMs: floats(n),
    expiresAtMs: floats(n),
    deaths: words(n),
    reasons: fc.array(textOrNull, { minLength: n, maxLength: n }),
    letters: letters(n),
  }),
)
const recent = rows.chain((n) =>
  fc.record({ kind: kind('recent'), keys: words(4 * n), ids: words(4 * n), untilMs: floats(n) }),
)
const ids = rows.chain((n) => words(4 * n))

export const queueRecord: fc.Arbitrary<QueueRecord> = fc.oneof(
  sent,
  fc.record({
    kind: kind('leased'),
    ...inTopic,
    dead: flag,
    lease: words(2),
    untilMs: time,
    messagesMax: count,
    bytesMax: count,
  }),
  fc.record({ kind: kind('acked'), ids }),
  fc.record({ kind: kind('returned'), id: words(4), dueAtMs: time, reason: text }),
  fc.record({ kind: kind('died'), id: words(4), reason: text, expiresAtMs: time }),
  fc.record({
    kind: kind('passed'),
    ...inTopic,
    nowMs: time,
    attemptsMax: count,
    deadExpireAtMs: time,
    messagesMax: count,
  }),
  fc.record({ kind: kind('revived'), ...inTopic, count, expireAtMs: time }),
  fc.record({ kind: kind('lapsed'), count }),
  kept,
  recent,
  fc.record({ kind: kind('remembered'), tenant: text, ids }),
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
