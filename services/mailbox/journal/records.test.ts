import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { RecordReader } from '../../record-reader.ts'
import { RecordWriter } from '../../record-writer.ts'
import { readFeedRecord, writeFeedRecord } from '../feeds/feed-record-codec.ts'
import { readQueueRecord, writeQueueRecord } from '../queues/queue-record-codec.ts'
import { named } from '../testing/named.ts'
import { feedRecord, queueRecord } from './records.arbitrary.ts'

type Write<Any> = (to: RecordWriter, record: Any) => void
type Read<Any> = (from: RecordReader, kind: number) => Any | null

/** Bytes compare as bytes, whatever class of array holds them. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)]
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(plain)
  return Object.entries(value).map(([name, each]) => [name, plain(each)])
}

function survives<Any>(records: fc.Arbitrary<Any>, write: Write<Any>, read: Read<Any>): void {
  const [writer, reader] = [new RecordWriter(), new RecordReader()]
  fc.assert(
    fc.property(fc.array(records, { maxLength: 4 }), fc.nat(20), (written, shift) => {
      for (const record of written) {
        write(writer, record)
        const bytes = writer.end()
        // As it lies in a journal: in the middle of other bytes.
        const memory = new Uint8Array(new SharedArrayBuffer(shift + bytes.length + 9)).fill(0xff)
        memory.set(bytes, shift)
        const again = read(reader, reader.begin(memory.subarray(shift, shift + bytes.length)))
        reader.end()
        assert.deepEqual(plain(again), plain(record))
      }
    }),
    { numRuns: 500 },
  )
}

/** What is cut short anywhere is refused rather than read as something else. */
function refusesCuts<Any>(records: fc.Arbitrary<Any>, write: Write<Any>, read: Read<Any>): void {
  const [writer, reader] = [new RecordWriter(), new RecordReader()]
  fc.assert(
    fc.property(records, fc.nat(), (record, place) => {
      write(writer, record)
      const bytes = writer.end()
      const cut = Uint8Array.from(bytes.subarray(0, place % bytes.length))
      assert.throws(() => read(reader, reader.begin(cut)), /ends before its last field/)
    }),
  )
}

test('every record of the queues is read as it was written', () =>
  survives(queueRecord, writeQueueRecord, readQueueRecord))

test('every record of the feeds is read as it was written', () =>
  survives(feedRecord, writeFeedRecord, readFeedRecord))

test('a record that is cut short is refused', () => {
  refusesCuts(queueRecord, writeQueueRecord, readQueueRecord)
  refusesCuts(feedRecord, writeFeedRecord, readFeedRecord)
})

test('a record lies in the journal as the picture says', () => {
  const writer = new RecordWriter()
  writeQueueRecord(writer, { kind: 'returned', id: named('ab'), dueAtMs: 1.5, reason: '你' })
  // version 1, kind 16 │ 16 bytes, ab │ 1.5 as a double │ 2 × 1 + 1 + 1 for wide, one UTF-16 unit
  const id = `6162${'00'.repeat(14)}`
  assert.equal(Buffer.from(writer.end()).toString('hex'), `0110${id}000000000000f83f04604f`)
  const columns = {
    ids: named('a', 'b'),
    keys: named('c', 'd'),
    letters: [Uint8Array.of(7), Uint8Array.of(8, 9)],
  }
  const at = { sentAtMs: 0, expiresAtMs: 0, recentUntilMs: 0 }
  writeQueueRecord(writer, { kind: 'sent', tenant: 't', topic: 'q', ...at, ...columns })
  // version 1, kind 13 │ t │ q │ three times │ two rows │ a, b │ c, d │ 1, 7 │ 2, 8, 9
  const [a, b, c, d] = ['61', '62', '63', '64'].map((name) => name + '00'.repeat(15))
  assert.equal(
    Buffer.from(writer.end()).toString('hex'),
    `010d03740371${'00'.repeat(24)}02${a}${b}${c}${d}0107020809`,
  )
})

test('what one half of the records writes, the other does not take for its own', () => {
  const [writer, reader] = [new RecordWriter(), new RecordReader()]
  writeQueueRecord(writer, { kind: 'lapsed', count: 1 })
  assert.equal(readFeedRecord(reader, reader.begin(writer.end())), null)
  writeFeedRecord(writer, { kind: 'opened', tenant: 't' })
  assert.equal(readQueueRecord(reader, reader.begin(writer.end())), null)
})
