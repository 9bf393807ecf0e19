import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { formatDuration, formatSize, parseDuration, parseSize } from './units.ts'

test('a size is read in decimal and binary units, and bare as bytes', () => {
  const sizes: readonly (readonly [string, number])[] = [
    ['0', 0],
    ['512', 512],
    ['7B', 7],
    ['64KiB', 65_536],
    ['1MiB', 1_048_576],
    ['2GiB', 2_147_483_648],
    ['64KB', 64_000],
    ['1MB', 1_000_000],
    ['3GB', 3_000_000_000],
    ['1.5KiB', 1_536],
    [' 1 MiB ', 1_048_576],
  ]
  for (const [text, bytes] of sizes) assert.equal(parseSize(text), bytes, text)
})

test('a duration is read in every unit', () => {
  const durations: readonly (readonly [string, number])[] = [
    ['0ms', 0],
    ['250ms', 250],
    ['5s', 5_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    ['0.07s', 70],
    ['1.5m', 90_000],
  ]
  for (const [text, ms] of durations) assert.equal(parseDuration(text), ms, text)
})

test('a duration without a unit is refused, since 5 could mean anything', () => {
  assert.throws(
    () => parseDuration('5'),
    /"5" is not a duration such as 250ms, 5s or 2m \(units: ms, s, m, h, d\)/,
  )
})

test('a malformed quantity is refused by name', () => {
  const hostile = [
    '',
    ' ',
    'KiB',
    '-1',
    '+1',
    '1e3',
    '0x10',
    '1,5KiB',
    '1.KiB',
    '.5KiB',
    '1kib',
    '1Mib',
    '5sec',
  ]
  for (const text of [...hostile, '1 2', '1KiB1', 'constructor', '1constructor', '1__proto__', 'NaN', '٣']) {
    assert.throws(() => parseSize(text), { name: 'RangeError', message: /is not a size/ }, text)
    assert.throws(() => parseDuration(text), { name: 'RangeError', message: /is not a duration/ }, text)
  }
})

test('a fraction of a byte or of a millisecond is refused, not rounded', () => {
  assert.throws(() => parseSize('1.5B'), /"1\.5B" is not a whole number of bytes/)
  assert.throws(() => parseSize('9007199254740990.1B'), /not a whole number of bytes/)
  assert.throws(() => parseSize('0.3KiB'), /not a whole number of bytes/)
  assert.throws(() => parseDuration('0.5ms'), /"0\.5ms" is not a whole number of milliseconds/)
})

test('a quantity past 2^53 is refused, since it would not be exact', () => {
  assert.equal(parseSize('9007199254740991'), Number.MAX_SAFE_INTEGER)
  assert.throws(() => parseSize('9007199254740992'), /below 2\^53/)
  assert.throws(() => parseSize('9999999999GiB'), /below 2\^53/)
  assert.throws(() => parseSize('99999999999999999'), /is not a size/)
})

test('what is formatted is read back as the same number', () => {
  const exact = fc.oneof(
    fc.maxSafeNat(),
    fc.nat(1_000).map((n) => n * 2 ** 20),
    fc.nat(1_000).map((n) => n * 60_000),
  )
  fc.assert(
    fc.property(exact, (n) => {
      assert.equal(parseSize(formatSize(n)), n)
      assert.equal(parseDuration(formatDuration(n)), n)
    }),
  )
})

test('a quantity is written in the largest unit that divides it', () => {
  assert.deepEqual([0, 1_023, 65_536, 1_048_576, 2 ** 31].map(formatSize), [
    '0B',
    '1023B',
    '64KiB',
    '1MiB',
    '2GiB',
  ])
  assert.deepEqual([0, 250, 5_000, 90_000, 3_600_000, 86_400_000].map(formatDuration), [
    '0ms',
    '250ms',
    '5s',
    '90s',
    '1h',
    '1d',
  ])
})
