import assert from 'node:assert/strict'
import test from 'node:test'
import { isRefusalCode, Refusal } from '@ron/kernel/contract/refusals'
import type { Fields, Value } from '@ron/kernel/ports/port'
import fc from 'fast-check'
import { concatBytes, fromHex, toHex } from './bytes.ts'
import { decodeFields, depthMax, encodeFields } from './cbor.ts'
import { isDeterministicMap } from './cbor.oracle.ts'

const leaf = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 50 }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  fc.boolean(),
  fc.constant(null),
)
const { value: arbitraryValue } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 8 }), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))
const arbitraryFields: fc.Arbitrary<Fields> = fc.dictionary(fc.string({ maxLength: 30 }), arbitraryValue, {
  maxKeys: 6,
  noNullPrototype: true,
})

test('fields come back as they were encoded', () => {
  fc.assert(
    fc.property(arbitraryFields, (fields) => assert.deepEqual(decodeFields(encodeFields(fields)), fields)),
  )
})

test('the order of names changes nothing in the bytes', () => {
  assert.equal(toHex(encodeFields({ b: 1, a: 2, aa: 3 })), toHex(encodeFields({ aa: 3, a: 2, b: 1 })))
  assert.equal(toHex(encodeFields({ b: 1, a: 2, aa: 3 })), 'a361610261620162616103')
})

test('changed bytes are accepted exactly when the naive twin accepts them', () => {
  const changed = fc
    .record({ fields: arbitraryFields, at: fc.nat(), byte: fc.nat({ max: 255 }), cut: fc.nat({ max: 3 }) })
    .map(({ fields, at, byte, cut }) => {
      const bytes = encodeFields(fields).slice()
      bytes[at % bytes.length] = byte
      return cut === 0 ? bytes.slice(0, at % bytes.length) : bytes
    })
  fc.assert(
    fc.property(changed, (bytes) => assert.equal(accepts(bytes), isDeterministicMap(bytes, depthMax))),
    { numRuns: 2_000 },
  )
})

test('random bytes are accepted exactly when the naive twin accepts them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (tail) => {
      const bytes = concatBytes([new Uint8Array([0xa1, 0x61, 0x61]), tail])
      assert.equal(accepts(bytes), isDeterministicMap(bytes, depthMax))
    }),
    { numRuns: 2_000 },
  )
})

const refusedInputs: readonly (readonly [string, string, RegExp])[] = [
  ['nothing', '', /no fields are the one byte a0/],
  ['something other than a map', '01', /must be a CBOR map/],
  ['an array', '80', /must be a CBOR map/],
  ['bytes after the end', 'a000', /too many terminals/],
  ['a map that ends early', 'a16161', /not enough entries/],
  ['text that ends early', 'a1616163', /not enough data/],
  ['a length beyond all memory', 'bb001fffffffffffff', /not enough entries/],
  ['an integer longer than needed', 'a161611817', /more bytes than necessary/],
  ['a text length longer than needed', 'a178016101', /more bytes than necessary/],
  ['an integer beyond 2^53', 'a161611b0020000000000000', /safe integer range/],
  ['an indefinite map', 'bf616101ff', /indefinite/],
  ['an indefinite array', 'a161619fff', /indefinite/],
  ['indefinite text', 'a161617f6161ff', /indefinite/],
  ['a break out of place', 'a16161ff', /indefinite/],
  ['keys out of order', 'a2616201616102', /"a" is repeated or out of order/],
  ['a longer key before a shorter one', 'a262616101616202', /out of order/],
  ['a key twice', 'a2616101616102', /"a" is repeated/],
  ['a key that is a number', 'a10102', /map keys must be text/],
  ['a key that is a map', 'a1a001', /map keys must be text/],
  ['a tag', 'a16161c001', /tag/],
  ['a byte string', 'a161614101', /bytes travel in the body/],
  ['undefined', 'a16161f7', /undefined/],
  ['a simple value', 'a16161e0', /simple values/],
  ['NaN', 'a16161f97e00', /NaN/],
  ['infinity', 'a16161f97c00', /Infinity/],
  ['a float longer than needed', 'a16161fb3ff8000000000000', /1.5 is not in its shortest form/],
  ['a whole number as a float', 'a16161f93c00', /1 is not in its shortest form/],
  ['minus zero', 'a16161f98000', /shortest form/],
  ['a reserved additional information', 'a161611c', /invalid minor/],
  ['text that is not UTF-8', 'a1616161ff', /not valid UTF-8/],
  ['a key that is not UTF-8', 'a161ff01', /not valid UTF-8/],
  ['a surrogate in UTF-8', 'a1616163eda080', /not valid UTF-8/],
]

for (const [name, hex, reason] of refusedInputs) {
  test(`${name} is refused with a reason`, () => {
    assert.throws(
      () => decodeFields(fromHex(hex)),
      (error) => error instanceof Refusal && error.code === 'BadRequest' && reason.test(error.message),
    )
  })
}

test('a byte order mark is a character like others and survives', () => {
  const fields = { text: '\ufeffa', ['\ufeffkey']: 'a text long enough to leave the fast path \ufeff' }
  assert.deepEqual(decodeFields(encodeFields(fields)), fields)
})

test('a key named __proto__ is a field and changes no prototype', () => {
  const fields = decodeFields(fromHex('a1695f5f70726f746f5f5fa1617801'))
  assert.ok(Object.hasOwn(fields, '__proto__'))
  assert.equal(Object.getPrototypeOf(fields), Object.prototype)
  assert.equal(fields['x'], undefined)
})

test('fields nested to the limit are read and written, one level more is refused both ways', () => {
  const nested = (levels: number): Fields => (levels === 1 ? {} : { a: nested(levels - 1) })
  const bytes = encodeFields(nested(depthMax))
  assert.deepEqual(decodeFields(bytes), nested(depthMax))
  assert.throws(() => encodeFields(nested(depthMax + 1)), /nested deeper than 16 levels/)
  const deeper = concatBytes([fromHex('a16161'), bytes])
  assert.throws(() => decodeFields(deeper), /nested deeper than 16 levels/)
})

test('a tower of arrays as large as a frame is refused without filling the stack', () => {
  assert.throws(() => decodeFields(new Uint8Array(65_535).fill(0x81)), /nested deeper than 16 levels/)
})

test('many containers side by side are not depth', () => {
  const fields = { lists: Array.from({ length: 100 }, () => [[], {}, [1]]) }
  assert.deepEqual(decodeFields(encodeFields(fields)), fields)
})

test('a field that is undefined is left out', () => {
  assert.equal(toHex(encodeFields({ a: undefined, b: { c: undefined } })), 'a16162a0')
})

test('a number no peer could read back is a mistake that is named', () => {
  assert.throws(() => encodeFields({ score: [Number.NaN] }), /fields.score.0 is NaN/)
  assert.throws(() => encodeFields({ score: Number.POSITIVE_INFINITY }), RangeError)
})

function accepts(bytes: Uint8Array): boolean {
  try {
    decodeFields(bytes)
    return true
  } catch (error) {
    assert.ok(error instanceof Refusal && isRefusalCode(error.code), String(error))
    return false
  }
}
