/** The bytes of the queues' records. The kinds of the feeds have other numbers. */

import type { RecordReader } from '../../record-reader.ts'
import type { RecordWriter } from '../../record-writer.ts'
import type { Message } from './message.ts'
import type { QueueRecord, Sending } from './queue-records.ts'

const kinds = {
  sent: 1,
  leased: 2,
  acked: 3,
  returned: 4,
  died: 5,
  passed: 6,
  revived: 7,
  lapsed: 8,
  message: 9,
  recent: 10,
  remembered: 11,
} as const

const states = ['ready', 'leased', 'waiting'] as const

export function writeQueueRecord(to: RecordWriter, record: QueueRecord): void {
  to.begin(kinds[record.kind])
  switch (record.kind) {
    case 'sent':
      writeSending(to, record.sending)
      to.float(record.expiresAtMs)
      to.text(record.key)
      return to.float(record.recentUntilMs)
    case 'leased':
      to.text(record.tenant)
      to.text(record.topic)
      to.flag(record.dead)
      to.text(record.lease)
      to.float(record.untilMs)
      to.count(record.messagesMax)
      return to.count(record.bytesMax)
    case 'acked':
      return to.text(record.id)
    case 'returned':
      to.text(record.id)
      to.float(record.dueAtMs)
      return to.text(record.reason)
    case 'died':
      to.text(record.id)
      to.text(record.reason)
      return to.float(record.expiresAtMs)
    case 'passed':
      to.text(record.tenant)
      to.text(record.topic)
      to.float(record.nowMs)
      to.count(record.attemptsMax)
      return to.float(record.deadExpireAtMs)
    case 'revived':
      to.text(record.tenant)
      to.text(record.topic)
      to.count(record.count)
      return to.float(record.expireAtMs)
    case 'lapsed':
      return to.count(record.count)
    case 'message':
      writeSending(to, record.sending)
      to.flag(record.dead)
      to.count(states.indexOf(record.state))
      to.count(record.attempt)
      to.text(record.lease)
      to.text(record.reason)
      to.float(record.dueAtMs)
      return to.float(record.expiresAtMs)
    case 'recent':
      to.text(record.key)
      to.text(record.id)
      return to.float(record.untilMs)
    case 'remembered':
      to.text(record.tenant)
      return to.text(record.id)
  }
}

/** Null when `kind` is none of the queues'. Fields are read in the order they are named here. */
export function readQueueRecord(from: RecordReader, kind: number): QueueRecord | null {
  switch (kind) {
    case kinds.sent:
      return {
        kind: 'sent',
        sending: readSending(from),
        expiresAtMs: from.float(),
        key: from.text(),
        recentUntilMs: from.float(),
      }
    case kinds.leased:
      return {
        kind: 'leased',
        tenant: from.text(),
        topic: from.text(),
        dead: from.flag(),
        lease: from.text(),
        untilMs: from.float(),
        messagesMax: from.count(),
        bytesMax: from.count(),
      }
    case kinds.acked:
      return { kind: 'acked', id: from.text() }
    case kinds.returned:
      return { kind: 'returned', id: from.text(), dueAtMs: from.float(), reason: from.text() }
    case kinds.died:
      return { kind: 'died', id: from.text(), reason: from.text(), expiresAtMs: from.float() }
    case kinds.passed:
      return {
        kind: 'passed',
        tenant: from.text(),
        topic: from.text(),
        nowMs: from.float(),
        attemptsMax: from.count(),
        deadExpireAtMs: from.float(),
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
    case kinds.message:
      return {
        kind: 'message',
        sending: readSending(from),
        dead: from.flag(),
        state: readState(from),
        attempt: from.count(),
        lease: from.textOrNull(),
        reason: from.textOrNull(),
        dueAtMs: from.float(),
        expiresAtMs: from.float(),
      }
    case kinds.recent:
      return { kind: 'recent', key: from.text(), id: from.text(), untilMs: from.float() }
    case kinds.remembered:
      return { kind: 'remembered', tenant: from.text(), id: from.text() }
    default:
      return null
  }
}

function writeSending(to: RecordWriter, sending: Sending): void {
  to.text(sending.id)
  to.text(sending.tenant)
  to.text(sending.topic)
  to.float(sending.sentAtMs)
  to.text(sending.idemKey)
  to.text(sending.payloadHash)
  to.dictionary(sending.attrs)
  to.bytes(sending.payload)
}

function readSending(from: RecordReader): Sending {
  return {
    id: from.text(),
    tenant: from.text(),
    topic: from.text(),
    sentAtMs: from.float(),
    idemKey: from.text(),
    payloadHash: from.text(),
    attrs: from.dictionary(),
    payload: from.bytes(),
  }
}

function readState(from: RecordReader): Message['state'] {
  const state = states[from.count()]
  if (state === undefined) throw new Error('a record of the journal has a state that no message can have')
  return state
}
