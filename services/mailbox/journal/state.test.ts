import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noSlot } from '../queues/store/key-index.ts'
import { letterOf, named } from '../testing/named.ts'
import { beginnings } from './state.ts'

const tenant = 't'
const limits = {
  bytesMax: 10_000,
  topicsMax: 1,
  inflightMax: 1,
  dedupeMax: 1,
  ackedMax: 1,
  feedBytesMax: 10_000,
  timelineMax: 1,
}

test('a state that a follower begins anew is overwritten, and holds and takes nothing', () => {
  const begin = beginnings(limits)
  const { projection: before, apply } = begin()
  const { book, depot, feeds } = before
  const secret = Uint8Array.of(1, 2, 3)
  const content = {
    id: 'p',
    author: 'ann',
    sentAtMs: 0,
    text: secret,
    attrs: {},
    attachments: [],
    pushed: true,
  }
  const at = { sentAtMs: 0, expiresAtMs: 1, recentUntilMs: 1 }
  const letters = [letterOf('k', secret)]
  const [ids, keys] = [named('m'), named('k')]
  apply(book.queueBytes({ kind: 'sent', tenant, topic: 'q', ...at, ids, keys, letters }))
  const lease = { lease: Uint32Array.of(1, 2), untilMs: 1, messagesMax: 1, bytesMax: 1_000 }
  apply(book.queueBytes({ kind: 'leased', tenant, topic: 'q', dead: false, ...lease }))
  apply(book.feedBytes({ kind: 'opened', tenant }))
  apply(book.feedBytes({ kind: 'posted', tenant, content, order: 0 }))
  const kept = [depot.message(depot.find(tenant, ids, 0)).payload, feeds.get(tenant)?.get('p')?.text]
  assert.deepEqual(
    kept.map((bytes) => [...(bytes ?? [])]),
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
  )

  assert.ok(Object.values(before.budgets).every(({ used }) => used > 0))

  const { projection: after } = begin()
  assert.deepEqual(
    kept.map((bytes) => [...(bytes ?? [])]),
    [
      [0, 0, 0],
      [0, 0, 0],
    ],
  )
  assert.ok(Object.values(after.budgets).every(({ used }) => used === 0))
  assert.equal(after.depot.find(tenant, ids, 0), noSlot)
  assert.equal(after.depot.topic(tenant, 'q'), undefined)
  assert.equal(after.depot.recent.find(keys, 0, 0), null)
  assert.equal(after.feeds.get(tenant), undefined)
  assert.deepEqual([...after.book.snapshot()], [])
})
