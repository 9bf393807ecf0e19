import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'

const part = fc.oneof(
  fc.record({ what: fc.constant('byte' as const), value: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ what: fc.constant('count' as const), value: fc.integer({ min: 0, max: 2 ** 32 - 1 }) }),
  fc.record({ what: fc.constant('float' as const), value: fc.double() }),
  fc.record({
    what: fc.constant('text' as const),
    // Halves of surrogate pairs among them, and texts longer than the memory a writer begins with.
    value: fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('a', 'é', '\ud800') })),
  }),
  fc.record({
    what: fc.constant('text' as const),
    value: fc.integer({ min: 900, max: 5000 }).map((n) => 'x'.repeat(n)),
  }),
  fc.record({
    what: fc.constant('hex' as const),
    value: fc
      .array(fc.constantFrom('00', '7f', 'a9', 'ff'), { maxLength: 20 })
      .map((pairs) => pairs.join('')),
  }),
)
type Part = typeof part extends fc.Arbitrary<infer Value> ? Value : never

function write(writer: ByteWriter, parts: readonly Part[]): Uint8Array {
  writer.start()
  for (const { what, value } of parts) {
    if (what === 'hex') writer.hex(value, value.length)
    else if (what === 'text') writer.text(value)
    else writer[what](value)
  }
  return writer.written
}

function read(reader: ByteReader, { what, value }: Part): number | string {
  return what === 'hex' ? reader.hex(value.length) : reader[what]()
}

test('whatever is written is read back, by a writer and a reader that were used before', () => {
  const [writer, reader] = [new ByteWriter(), new ByteReader()]
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      reader.start(write(writer, parts))
      for (const part of parts) assert.deepEqual(read(reader, part), part.value)
      assert.ok(reader.done)
    }),
  )
})

test('a record that was cut is an error wherever it was cut, and never a wrong value', () => {
  const [writer, reader] = [new ByteWriter(), new ByteReader()]
  // What the reader read before must not fill in what is missing now.
  reader.start(new Uint8Array(1000).fill(1))
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), fc.nat(), (parts, cut) => {
      const record = write(writer, parts)
      if (record.length === 0) return
      reader.start(record.slice(0, cut % record.length))
      assert.throws(() => parts.forEach((part) => assert.deepEqual(read(reader, part), part.value)), {
        name: 'RangeError',
        message: /the record ends after \d+ bytes/,
      })
    }),
  )
})

test('text takes a byte a letter while it can, and counts are short while they are small', () => {
  const length = (...parts: Part[]) => write(new ByteWriter(), parts).length
  assert.equal(length({ what: 'text', value: 'user:añn' }), 9)
  assert.equal(length({ what: 'text', value: '東京' }), 5)
  assert.equal(length({ what: 'count', value: 127 }), 1)
  assert.equal(length({ what: 'count', value: 128 }), 2)
})

test('what is not so many hexadecimal digits is a mistake', () => {
  for (const value of ['xyxy', 'ab', 'abcdef']) {
    assert.throws(() => new ByteWriter().hex(value, 4), /is not 4 hexadecimal digits/)
  }
})
