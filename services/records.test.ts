import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RecordReader } from './record-reader.ts'
import { RecordWriter } from './record-writer.ts'

const what = <Name extends string>(name: Name) => fc.constant(name)
/** Halves of surrogate pairs among them. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', 'é', '\ud800'), maxLength: 100 }),
  // Around the length at which another way of writing begins, and beyond the memory a writer begins with.
  fc.oneof(fc.integer({ min: 60, max: 70 }), fc.integer({ min: 4000, max: 9000 })).map((n) => 'é'.repeat(n)),
)
const pairs = fc.array(fc.constantFrom('00', '7f', 'a9', 'ff'), { maxLength: 20 })
const field = fc.oneof(
  fc.record({ what: what('flag'), value: fc.boolean() }),
  fc.record({ what: what('count'), value: fc.maxSafeNat() }),
  fc.record({ what: what('count'), value: fc.constantFrom(0, 127, 128, 2 ** 32, Number.MAX_SAFE_INTEGER) }),
  fc.record({ what: what('float'), value: fc.double() }),
  fc.record({ what: what('bytes'), value: fc.uint8Array({ maxLength: 5000 }) }),
  fc.record({ what: what('text'), value: text }),
  fc.record({ what: what('textOrNull'), value: fc.option(text) }),
  fc.record({ what: what('texts'), value: fc.array(text, { maxLength: 3 }) }),
  fc.record({
    what: what('dictionary'),
    value: fc.dictionary(fc.oneof(text, fc.constant('__proto__')), text, {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  }),
  fc.record({ what: what('hex'), value: pairs.map((all) => all.join('')) }),
)
type Field = typeof field extends fc.Arbitrary<infer Value> ? Value : never
const kind = fc.integer({ min: 0, max: 255 })

function write(writer: RecordWriter, number: number, fields: readonly Field[]): Uint8Array {
  writer.begin(number)
  for (const { what: name, value } of fields) {
    if (name === 'flag') writer.flag(value)
    else if (name === 'count') writer.count(value)
    else if (name === 'float') writer.float(value)
    else if (name === 'bytes') writer.bytes(value)
    else if (name === 'texts') writer.texts(value)
    else if (name === 'dictionary') writer.dictionary(value)
    else if (name === 'hex') writer.hex(value, value.length)
    else writer.text(value)
  }
  return writer.end()
}

/** Bytes compare as bytes, whatever class of array holds them. */
function read(reader: RecordReader, { what: name, value }: Field): Field['value'] {
  if (name === 'hex') return reader.hex(value.length)
  return name === 'bytes' ? Uint8Array.from(reader.bytes()) : reader[name]()
}

/** As it lies in a journal: in the middle of other bytes, in memory that other records share. */
function amid(record: Uint8Array, shift: number): Uint8Array {
  const memory = new Uint8Array(shift + record.length + 9).fill(0xff)
  memory.set(record, shift)
  return memory.subarray(shift, shift + record.length)
}

test('whatever is written is read back, by a writer and a reader that were used before', () => {
  const [writer, reader] = [new RecordWriter(), new RecordReader()]
  fc.assert(
    fc.property(kind, fc.array(field), fc.nat(20), (number, fields, shift) => {
      assert.equal(reader.begin(amid(write(writer, number, fields), shift)), number)
      for (const one of fields) assert.deepEqual(read(reader, one), one.value)
      assert.equal(reader.hasMore, false)
      reader.end()
    }),
  )
})

test('a record that was cut is an error wherever it was cut, and never a wrong value', () => {
  const [writer, reader] = [new RecordWriter(), new RecordReader()]
  fc.assert(
    fc.property(fc.array(field, { maxLength: 8 }), fc.nat(), (fields, cut) => {
      const record = write(writer, 7, fields)
      const whole = record.length
      const part = amid(record.subarray(0, cut % whole), 3)
      const readAll = () => {
        reader.begin(part)
        for (const one of fields) assert.deepEqual(read(reader, one), one.value)
      }
      assert.throws(readAll, { name: 'RangeError', message: /ends before its last field/ })
    }),
  )
})

test('bytes that were read stay what they were when the record is overwritten', () => {
  const [writer, reader] = [new RecordWriter(), new RecordReader()]
  for (const size of [0, 10, 10_000]) {
    writer.begin(1)
    writer.bytes(new Uint8Array(size).fill(7))
    const record = writer.end()
    reader.begin(record)
    const bytes = reader.bytes()
    record.fill(0)
    assert.deepEqual(Uint8Array.from(bytes), new Uint8Array(size).fill(7))
  }
})

test('a record of another version is refused, and one that goes on after its last field', () => {
  const reader = new RecordReader()
  assert.throws(() => reader.begin(Uint8Array.of(2, 1)), /has version 2, this node reads 1; run the node/)
  reader.begin(Uint8Array.of(1, 1, 0, 0))
  assert.throws(() => reader.end(), /has 2 bytes after its last field/)
})

test('a text is not null, and null is not an empty text', () => {
  const [writer, reader] = [new RecordWriter(), new RecordReader()]
  writer.begin(1)
  writer.text(null)
  writer.text('')
  reader.begin(writer.end())
  assert.throws(() => reader.text(), /lacks a text/)
  assert.equal(reader.text(), '')
})

test('text takes a byte a letter while it can, and counts are short while they are small', () => {
  const length = (one: Field) => write(new RecordWriter(), 1, [one]).length - 2
  assert.equal(length({ what: 'text', value: 'user:añn' }), 9)
  assert.equal(length({ what: 'text', value: '東京' }), 5)
  assert.equal(length({ what: 'count', value: 127 }), 1)
  assert.equal(length({ what: 'count', value: 128 }), 2)
})

test('what is not so many hexadecimal digits is a mistake', () => {
  for (const value of ['xyxy', 'ab', 'abcdef']) {
    assert.throws(() => new RecordWriter().hex(value, 4), /is not 4 hexadecimal digits/)
  }
})
