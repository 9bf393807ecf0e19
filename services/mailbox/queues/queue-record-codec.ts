/**
 * The bytes of the queues' records. The kinds of the feeds have other numbers. Columns of words and of floats
 * stand as they lie in memory, the low byte first, behind the number of their rows.
 */

import type { RecordReader } from '../../record-reader.ts'
import type { RecordWriter } from '../../record-writer.ts'
import type { KeptRecord, QueueRecord, SentRecord } from './queue-records.ts'
import { leaseWords } from './store/columns.ts'
import { keyWords } from './store/key-index.ts'

/** Numbers that are left out were those of records with other fields. */
const kinds = {
  revived: 7,
  lapsed: 8,
  passed: 12,
  sent: 13,
  leased: 14,
  acked: 15,
  returned: 16,
  died: 17,
  kept: 18,
  recent: 19,
  remembered: 20,
} as const

const wordBytes = 4
const floatBytes = 8

export function writeQueueRecord(to: RecordWriter, record: QueueRecord): void {
  to.begin(kinds[record.kind])
  switch (record.kind) {
    case 'sent':
      return writeSent(to, record)
    case 'leased':
      to.text(record.tenant)
      to.text(record.topic)
      to.flag(record.dead)
      to.raw(bytesOf(record.lease))
      to.float(record.untilMs)
      to.count(record.messagesMax)
      return to.count(record.bytesMax)
    case 'acked':
      return to.bytes(bytesOf(record.ids))
    case 'returned':
      to.raw(bytesOf(record.id))
      to.float(record.dueAtMs)
      return to.text(record.reason)
    case 'died':
      to.raw(bytesOf(record.id))
      to.text(record.reason)
      return to.float(record.expiresAtMs)
    case 'passed':
      to.text(record.tenant)
      to.text(record.topic)
      to.float(record.nowMs)
      to.count(record.attemptsMax)
      to.float(record.deadExpireAtMs)
      return to.count(record.messagesMax)
    case 'revived':
      to.text(record.tenant)
      to.text(record.topic)
      to.count(record.count)
      return to.float(record.expireAtMs)
    case 'lapsed':
      return to.count(record.count)
    case 'kept':
      return writeKept(to, record)
    case 'recent':
      to.count(record.untilMs.length)
      to.raw(bytesOf(record.keys))
      to.raw(bytesOf(record.ids))
      return to.raw(bytesOf(record.untilMs))
    case 'remembered':
      to.text(record.tenant)
      return to.bytes(bytesOf(record.ids))
  }
}

/** Null when `kind` is none of the queues'. Fields are read in the order they are named here. */
export function readQueueRecord(from: RecordReader, kind: number): QueueRecord | null {
  switch (kind) {
    case kinds.sent:
      return readSent(from)
    case kinds.leased:
      return {
        kind: 'leased',
        tenant: from.text(),
        topic: from.text(),
        dead: from.flag(),
        lease: words(from, leaseWords),
        untilMs: from.float(),
        messagesMax: from.count(),
        bytesMax: from.count(),
      }
    case kinds.acked:
      return { kind: 'acked', ids: words(from, from.count() / wordBytes) }
    case kinds.returned:
      return { kind: 'returned', id: words(from, keyWords), dueAtMs: from.float(), reason: from.text() }
    case kinds.died:
      return { kind: 'died', id: words(from, keyWords), reason: from.text(), expiresAtMs: from.float() }
    case kinds.passed:
      return {
        kind: 'passed',
        tenant: from.text(),
        topic: from.text(),
        nowMs: from.float(),
        attemptsMax: from.count(),
        deadExpireAtMs: from.float(),
        messagesMax: from.count(),
      }
    case kinds.revived:
      return {
        kind: 'revived',
        tenant: from.text(),
        topic: from.text(),
        count: from.count(),
        expireAtMs: from.float(),
      }
    case kinds.lapsed:
      return { kind: 'lapsed', count: from.count() }
    case kinds.kept:
      return readKept(from)
    case kinds.recent: {
      const rows = from.count()
      return {
        kind: 'recent',
        keys: words(from, rows * keyWords),
        ids: words(from, rows * keyWords),
        untilMs: floats(from, rows),
      }
    }
    case kinds.remembered:
      return { kind: 'remembered', tenant: from.text(), ids: words(from, from.count() / wordBytes) }
    default:
      return null
  }
}

function writeSent(to: RecordWriter, record: SentRecord): void {
  to.text(record.tenant)
  to.text(record.topic)
  to.float(record.sentAtMs)
  to.float(record.expiresAtMs)
  to.float(record.recentUntilMs)
  to.count(record.letters.length)
  to.raw(bytesOf(record.ids))
  to.raw(bytesOf(record.keys))
  for (const letter of record.letters) to.bytes(letter)
}

function readSent(from: RecordReader): SentRecord {
  const head = {
    kind: 'sent',
    tenant: from.text(),
    topic: from.text(),
    sentAtMs: from.float(),
    expiresAtMs: from.float(),
    recentUntilMs: from.float(),
  } as const
  const rows = from.count()
  return {
    ...head,
    ids: words(from, rows * keyWords),
    keys: words(from, rows * keyWords),
    letters: times(rows, () => from.view()),
  }
}

function writeKept(to: RecordWriter, record: KeptRecord): void {
  to.text(record.tenant)
  to.text(record.topic)
  to.flag(record.dead)
  to.count(record.letters.length)
  to.raw(bytesOf(record.ids))
  to.raw(record.states)
  to.raw(bytesOf(record.attempts))
  to.raw(bytesOf(record.leases))
  to.raw(bytesOf(record.sentAtMs))
  to.raw(bytesOf(record.dueAtMs))
  to.raw(bytesOf(record.expiresAtMs))
  to.raw(bytesOf(record.deaths))
  for (const reason of record.reasons) to.text(reason)
  for (const letter of record.letters) to.bytes(letter)
}

function readKept(from: RecordReader): KeptRecord {
  const head = { kind: 'kept', tenant: from.text(), topic: from.text(), dead: from.flag() } as const
  const rows = from.count()
  return {
    ...head,
    ids: words(from, rows * keyWords),
    states: from.raw(rows),
    attempts: words(from, rows),
    leases: words(from, rows * leaseWords),
    sentAtMs: floats(from, rows),
    dueAtMs: floats(from, rows),
    expiresAtMs: floats(from, rows),
    deaths: words(from, rows),
    reasons: times(rows, () => from.textOrNull()),
    letters: times(rows, () => from.view()),
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

function words(from: RecordReader, count: number): Uint32Array {
  return new Uint32Array(from.raw(count * wordBytes).buffer)
}

function floats(from: RecordReader, count: number): Float64Array {
  return new Float64Array(from.raw(count * floatBytes).buffer)
}

/** A damaged count ends with the record and not with the memory: `Array.from` would reserve it at once. */
function times<Row>(count: number, read: () => Row): Row[] {
  const rows: Row[] = []
  for (let n = 0; n < count; n++) rows.push(read())
  return rows
}
