import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { RecordWriter } from '../record-writer.ts'
import { AppendedRecords } from './record.ts'

const records = new AppendedRecords()

test('what was appended together comes back together', () => {
  const appended = fc.record({
    number: fc.maxSafeNat(),
    entries: fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 20 }),
  })
  fc.assert(
    fc.property(appended, ({ number, entries }) => {
      const decoded = records.decode(records.encode({ number, entries }).slice())
      assert.equal(decoded.number, number)
      assert.deepEqual(
        decoded.entries.map((entry) => Uint8Array.from(entry)),
        entries,
      )
    }),
  )
})

test('a record of another kind, or one that goes on after its end, is refused', () => {
  const writer = new RecordWriter()
  writer.begin(2)
  assert.throws(() => records.decode(writer.end()), /kind 2/)
  const record = Buffer.concat([records.encode({ number: 1, entries: [] }), Uint8Array.of(0)])
  assert.throws(() => records.decode(record), /after its last field/)
})
