import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ShapeError } from '../kms/kept.ts'
import { bytesIn, bytesRecord, messageIn, messageRecord, type Message } from './messages.ts'
import { SealError } from './sealed.ts'

const messages: readonly Message[] = [
  { kind: 'take', format: 1, places: { storage: { journal: 64, pages: 8 } } },
  { kind: 'refused', because: 'too small' },
  {
    kind: 'keys',
    keys: [
      {
        purpose: 'capability-root',
        version: 2,
        madeAtMs: 5,
        goneAtMs: null,
        secret: new Uint8Array(32).fill(9),
      },
    ],
  },
  { kind: 'drain' },
  { kind: 'place', service: 'storage', journal: { end: 8, last: 0 }, blobs: { pages: 3, entries: 1 } },
  { kind: 'place', service: 'mailbox', journal: { end: 0, last: 0 }, blobs: null },
  {
    kind: 'revoked',
    entries: [
      { key: 'id a', by: 'identifier', what: 'a', untilMs: Number.POSITIVE_INFINITY, mintedBeforeMs: null },
    ],
  },
  { kind: 'log', origin: 'example.com/audit/1', size: 7, root: new Uint8Array(32).fill(5) },
  { kind: 'end', digest: 'ab' },
  { kind: 'took', digest: 'ab' },
  { kind: 'gone' },
]

const recordOf = (value: unknown) => Buffer.concat([Uint8Array.of(1), Buffer.from(JSON.stringify(value))])

test('every message comes back as it was', () => {
  for (const message of messages)
    assert.deepEqual(messageIn(Buffer.from(messageRecord(message))), message, message.kind)
  assert.deepEqual(bytesIn(Buffer.from(bytesRecord(Buffer.from('abc')))), Buffer.from('abc'))
})

test('what has other members than it should, or comes where it should not, is refused', () => {
  for (const value of [
    { kind: 'drain', more: 1 },
    { kind: 'take', format: -1, places: {} },
    { kind: 'take', format: 1, places: { storage: { journal: 1 } } },
    { kind: 'place', service: 'a', journal: { end: '8', last: 0 }, blobs: null },
    { kind: 'keys', keys: [{}] },
    { kind: 'end' },
    { kind: 'log', origin: 'a', size: 7 },
    { kind: 'log', origin: 'a', size: '7', root: '05' },
    [],
    null,
  ])
    assert.throws(() => messageIn(recordOf(value)), ShapeError, JSON.stringify(value))
  assert.throws(() => messageIn(recordOf({ kind: 'stop' })), SealError)
  assert.throws(() => messageIn(Buffer.from(bytesRecord(Buffer.from('{}')))), SealError)
  assert.throws(() => bytesIn(recordOf({ kind: 'gone' })), SealError)
})
