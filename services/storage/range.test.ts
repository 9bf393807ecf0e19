import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { selectRange } from './range.ts'

const part = (start: number, end: number) => ({ kind: 'part', start, end })
const whole = { kind: 'whole' }
const unsatisfiable = { kind: 'unsatisfiable' }

test('first and last byte, an open end and a suffix select what they say', () => {
  assert.deepEqual(selectRange('bytes=0-0', 10), part(0, 1))
  assert.deepEqual(selectRange('bytes=2-5', 10), part(2, 6))
  assert.deepEqual(selectRange('bytes=9-', 10), part(9, 10))
  assert.deepEqual(selectRange('bytes=-3', 10), part(7, 10))
})

test('a range that reaches past the end is cut to the content', () => {
  assert.deepEqual(selectRange('bytes=5-99', 10), part(5, 10))
  assert.deepEqual(selectRange('bytes=-99', 10), part(0, 10))
  assert.deepEqual(selectRange(`bytes=0-${'9'.repeat(400)}`, 10), part(0, 10))
})

test('a range that starts at or past the end, and a suffix of nothing, cannot be satisfied', () => {
  for (const header of ['bytes=10-', 'bytes=10-20', `bytes=${'9'.repeat(400)}-`, 'bytes=-0']) {
    assert.deepEqual(selectRange(header, 10), unsatisfiable, header)
  }
})

test('of empty content nothing can be selected, except the whole of it by a suffix', () => {
  assert.deepEqual(selectRange('bytes=0-', 0), unsatisfiable)
  assert.deepEqual(selectRange('bytes=0-0', 0), unsatisfiable)
  assert.deepEqual(selectRange('bytes=-5', 0), whole)
})

test('what is malformed, backwards, in another unit or several ranges is ignored', () => {
  for (const header of [
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=5-2',
    'bytes=a-b',
    'bytes=1-2-3',
    'bytes=+1-2',
    'bytes=1.5-2',
    'bytes=0x1-2',
    'bytes=99999999999999999999-99999999999999999998',
    'bytes = 1-2',
    'items=0-1',
    'bytes=0-1,3-4',
    'bytes=0-1,',
    'bytes 0-1',
  ]) {
    assert.deepEqual(selectRange(header, 10), whole, header)
  }
})

test('the unit is read in any case, as unit names are', () => {
  assert.deepEqual(selectRange('Bytes=1-2', 10), part(1, 3))
})

test('a selected part is never empty and never outside the content, whatever the header', () => {
  const digits = fc.oneof(fc.constant(''), fc.nat(40).map(String), fc.bigInt({ min: 0n }).map(String))
  const header = fc.oneof(
    fc.string(),
    fc.tuple(digits, digits).map(([first, last]) => `bytes=${first}-${last}`),
  )
  fc.assert(
    fc.property(header, fc.nat(20), (header, length) => {
      const selected = selectRange(header, length)
      if (selected.kind !== 'part') return
      assert.ok(0 <= selected.start && selected.start < selected.end && selected.end <= length)
    }),
  )
})
