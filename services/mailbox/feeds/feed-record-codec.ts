/** The bytes of the feeds' records. The kinds of the queues have other numbers. */

import type { RecordReader } from '../../record-reader.ts'
import type { RecordWriter } from '../../record-writer.ts'
import type { FeedRecord, PostContent } from './feed-records.ts'

const kinds = {
  opened: 32,
  followed: 33,
  unfollowed: 34,
  posted: 35,
  sentAgain: 36,
  stepped: 37,
  removed: 38,
  post: 39,
  timeline: 40,
  walk: 41,
} as const

export function writeFeedRecord(to: RecordWriter, record: FeedRecord): void {
  to.begin(kinds[record.kind])
  to.text(record.tenant)
  switch (record.kind) {
    case 'opened':
      return
    case 'followed':
      to.text(record.user)
      to.text(record.author)
      return to.count(record.number)
    case 'unfollowed':
      to.text(record.user)
      return to.text(record.author)
    case 'posted':
      writeContent(to, record.content)
      return to.count(record.order)
    case 'sentAgain':
    case 'removed':
      return to.text(record.id)
    case 'stepped':
      to.text(record.id)
      return to.count(record.count)
    case 'post':
      writeContent(to, record.content)
      to.count(record.order)
      return to.flag(record.gone)
    case 'timeline':
      to.text(record.user)
      to.count(record.orders.length)
      for (const order of record.orders) to.count(order)
      return
    case 'walk':
      to.text(record.id)
      to.count(record.after)
      to.count(record.upTo)
      return to.count(record.delivered)
  }
}

/** Null when `kind` is none of the feeds'. Fields are read in the order they are named here. */
export function readFeedRecord(from: RecordReader, kind: number): FeedRecord | null {
  switch (kind) {
    case kinds.opened:
      return { kind: 'opened', tenant: from.text() }
    case kinds.followed:
      return {
        kind: 'followed',
        tenant: from.text(),
        user: from.text(),
        author: from.text(),
        number: from.count(),
      }
    case kinds.unfollowed:
      return { kind: 'unfollowed', tenant: from.text(), user: from.text(), author: from.text() }
    case kinds.posted:
      return { kind: 'posted', tenant: from.text(), content: readContent(from), order: from.count() }
    case kinds.sentAgain:
      return { kind: 'sentAgain', tenant: from.text(), id: from.text() }
    case kinds.stepped:
      return { kind: 'stepped', tenant: from.text(), id: from.text(), count: from.count() }
    case kinds.removed:
      return { kind: 'removed', tenant: from.text(), id: from.text() }
    case kinds.post:
      return {
        kind: 'post',
        tenant: from.text(),
        content: readContent(from),
        order: from.count(),
        gone: from.flag(),
      }
    case kinds.timeline:
      return {
        kind: 'timeline',
        tenant: from.text(),
        user: from.text(),
        orders: Array.from({ length: from.count() }, () => from.count()),
      }
    case kinds.walk:
      return {
        kind: 'walk',
        tenant: from.text(),
        id: from.text(),
        after: from.count(),
        upTo: from.count(),
        delivered: from.count(),
      }
    default:
      return null
  }
}

function writeContent(to: RecordWriter, content: PostContent): void {
  to.text(content.id)
  to.text(content.author)
  to.float(content.sentAtMs)
  to.flag(content.text !== null)
  if (content.text !== null) to.bytes(content.text)
  to.dictionary(content.attrs)
  to.texts(content.attachments)
  to.flag(content.pushed)
}

function readContent(from: RecordReader): PostContent {
  return {
    id: from.text(),
    author: from.text(),
    sentAtMs: from.float(),
    text: from.flag() ? from.bytes() : null,
    attrs: from.dictionary(),
    attachments: from.texts(),
    pushed: from.flag(),
  }
}
