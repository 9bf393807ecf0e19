import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Type } from 'typebox'
import {
  bytes,
  choice,
  count,
  duration,
  flag,
  list,
  path,
  settingFacts,
  socket,
  text,
} from '../contract/settings.ts'
import type { SettingFacts, SettingValue } from '../contract/settings.ts'
import type { ReadValue } from './check-value.ts'
import { fromText } from './text-value.ts'
import { fromToml } from './toml-value.ts'
import { exampleOf, fileValue, limitsText, writtenValue } from './written-value.ts'

const small = Type.Integer({ minimum: 0, maximum: 100 })
const kinds = {
  bytes: settingFacts(bytes({ default: '64KiB', minimum: '1KiB', maximum: '1MiB', doc: '' })),
  ms: settingFacts(duration({ default: '5s', minimum: '100ms', maximum: '1h', doc: '' })),
  count: settingFacts(count({ default: 10, minimum: 1, maximum: 10, doc: '' })),
  flag: settingFacts(flag({ default: false, doc: '' })),
  text: settingFacts(text({ default: '', doc: '' })),
  path: settingFacts(path({ default: '', doc: '' })),
  socket: settingFacts(socket({ default: '127.0.0.1:0', doc: '' })),
  choice: settingFacts(choice({ default: 'off', of: ['off', 'hybrid'], doc: '' })),
  numbers: settingFacts(list(small, { default: [], maxItems: 3, doc: '' })),
  words: settingFacts(list(Type.String({ maxLength: 5 }), { default: [], maxItems: 3, doc: '' })),
} satisfies Record<string, SettingFacts>

function outcome(read: ReadValue): unknown {
  return read.ok ? read.value : read.complaint.because
}

test('a flag is written in eight ways, in any case', () => {
  for (const word of ['true', '1', 'yes', 'on', 'TRUE', 'On', ' yes ']) {
    assert.deepEqual(fromText(kinds.flag, word), { ok: true, value: true }, word)
  }
  for (const word of ['false', '0', 'no', 'off', 'OFF', 'No']) {
    assert.deepEqual(fromText(kinds.flag, word), { ok: true, value: false }, word)
  }
  for (const word of ['', '2', 'y', 't', 'truee', 'enabled', '01']) {
    assert.match(String(outcome(fromText(kinds.flag, word))), /not one of true, false, 1, 0/, word)
  }
})

test('a whole number is digits and nothing else', () => {
  assert.equal(outcome(fromText(kinds.count, '7')), 7)
  for (const wrong of ['', '-1', '+1', '1.0', '1e1', '0x1', '1_000', 'ten', '99999999999999999', 'NaN']) {
    assert.match(String(outcome(fromText(kinds.count, wrong))), /not a whole number/, wrong)
  }
})

test('a list of numbers is written with commas, with or without brackets', () => {
  assert.deepEqual(outcome(fromText(kinds.numbers, '')), [])
  assert.deepEqual(outcome(fromText(kinds.numbers, '[]')), [])
  assert.deepEqual(outcome(fromText(kinds.numbers, '1, 2,3')), [1, 2, 3])
  assert.deepEqual(outcome(fromText(kinds.numbers, '[1,2]')), [1, 2])
  assert.match(String(outcome(fromText(kinds.numbers, '1,,2'))), /empty entry/)
  assert.match(
    String(outcome(fromText(kinds.numbers, '1,2,3,4'))),
    /has 4 entries, above the most allowed, 3/,
  )
  assert.match(String(outcome(fromText(kinds.numbers, '1,root'))), /has the entry "root", not a whole number/)
  assert.match(
    String(outcome(fromText(kinds.numbers, '101'))),
    /an entry that is 101, above the most allowed, 100/,
  )
})

test('a list of words bounds each word', () => {
  assert.deepEqual(outcome(fromText(kinds.words, 'a, b')), ['a', 'b'])
  assert.match(String(outcome(fromText(kinds.words, 'abcdef'))), /an entry that has 6 characters/)
  assert.deepEqual(outcome(fromToml(kinds.words, ['a', 'b'])), ['a', 'b'])
  assert.match(String(outcome(fromToml(kinds.words, ['a', 1n]))), /not text in quotes/)
})

test('a bound admits itself and nothing past it', () => {
  assert.equal(outcome(fromText(kinds.bytes, '1MiB')), 1_048_576)
  assert.equal(outcome(fromText(kinds.bytes, '1048577')), 'is 1048577B, above the most allowed, 1MiB')
  assert.equal(outcome(fromText(kinds.bytes, '1KiB')), 1_024)
  assert.equal(outcome(fromText(kinds.bytes, '1023')), 'is 1023B, below the least allowed, 1KiB')
  assert.equal(outcome(fromText(kinds.ms, '3600001ms')), 'is 3600001ms, above the most allowed, 1h')
  assert.equal(outcome(fromText(kinds.ms, '99ms')), 'is 99ms, below the least allowed, 100ms')
})

test('a file says its types: nothing is guessed from quotes', () => {
  assert.equal(outcome(fromToml(kinds.bytes, 2_048n)), 2_048)
  assert.equal(outcome(fromToml(kinds.bytes, '2KiB')), 2_048)
  assert.equal(
    outcome(fromToml(kinds.bytes, 2_048.5)),
    'is 2048.5, not a size in quotes such as "64KiB", or a whole number of bytes',
  )
  assert.equal(outcome(fromToml(kinds.bytes, -1n)), 'is -1B, below the least allowed, 1KiB')
  assert.equal(outcome(fromToml(kinds.ms, 5n)), 'is 5, not a duration in quotes such as "5s"')
  assert.equal(outcome(fromToml(kinds.count, 5n)), 5)
  assert.equal(outcome(fromToml(kinds.count, 5)), 'is 5, not a whole number without quotes')
  assert.equal(outcome(fromToml(kinds.count, '5')), 'is "5", not a whole number without quotes')
  assert.match(String(outcome(fromToml(kinds.count, 2n ** 63n))), /above the most allowed, 10/)
  assert.equal(outcome(fromToml(kinds.flag, 'true')), 'is "true", not true or false without quotes')
  assert.equal(
    outcome(fromToml(kinds.socket, 8080n)),
    'is 8080, not an address in quotes such as "127.0.0.1:8080"',
  )
  assert.equal(outcome(fromToml(kinds.text, new Date(0))), 'is a date, not text in quotes')
  assert.equal(outcome(fromToml(kinds.choice, ['off'])), 'is a list, not a word in quotes')
  assert.equal(outcome(fromToml(kinds.path, {})), 'is a table, not a path in quotes')
  assert.equal(outcome(fromToml(kinds.numbers, '1,2')), 'is "1,2", not a list such as [1, 2]')
  assert.equal(outcome(fromToml(kinds.numbers, [1n, '2'])), 'has an entry that is not a whole number')
  assert.equal(outcome(fromToml(kinds.numbers, [1.5])), 'has an entry that is not a whole number')
})

test('a control character in text is refused and shown escaped', () => {
  for (const kind of [kinds.text, kinds.path, kinds.socket, kinds.choice]) {
    const complaint = String(outcome(fromToml(kind, 'a\nb\u001b[31m')))
    assert.match(complaint, /is "a\\nb\\u001b\[31m", which has a control character/)
  }
})

test('a long value is shown by its beginning, and a token pasted by mistake not at all', () => {
  const complaint = String(outcome(fromText(kinds.count, 'x'.repeat(100_000))))
  assert.ok(complaint.length < 200, complaint)
  const token = `AgEIbG9jYXRpb24${'Q'.repeat(80)}`
  for (const kind of Object.values(kinds)) {
    assert.doesNotMatch(String(outcome(fromText(kind, `${token}\n${token}`))), /QQQQ/)
  }
})

test('a written value is read back as the same value, from text and from a file', () => {
  const cases: fc.Arbitrary<readonly [SettingFacts, SettingValue]> = fc.oneof(
    fc.tuple(fc.constant(kinds.bytes), fc.integer({ min: 1_024, max: 2 ** 20 })),
    fc.tuple(fc.constant(kinds.ms), fc.integer({ min: 100, max: 3_600_000 })),
    fc.tuple(fc.constant(kinds.count), fc.integer({ min: 1, max: 10 })),
    fc.tuple(fc.constant(kinds.flag), fc.boolean()),
    fc.tuple(fc.constant(kinds.choice), fc.constantFrom('off', 'hybrid')),
    fc.tuple(fc.constant(kinds.numbers), fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 3 })),
  )
  fc.assert(
    fc.property(cases, ([facts, value]) => {
      assert.deepEqual(outcome(fromText(facts, writtenValue(facts, value))), value)
      assert.deepEqual(outcome(fromToml(facts, asToml(fileValue(facts, value)))), value)
    }),
  )
})

test('the example of every setting is a value the setting accepts', () => {
  for (const facts of Object.values(kinds)) {
    if (facts === kinds.numbers) continue
    assert.equal(fromText(facts, writtenValue(facts, exampleOf(facts))).ok, true, facts.unit)
  }
})

test('limits are told in the words values are written in', () => {
  assert.deepEqual(Object.values(kinds).map(limitsText), [
    '1KiB to 1MiB',
    '100ms to 1h',
    '1 to 10',
    null,
    null,
    null,
    null,
    'one of off, hybrid',
    'at most 3 entries, each 0 to 100',
    'at most 3 entries',
  ])
  assert.equal(limitsText(settingFacts(count({ default: 1, minimum: 1, doc: '' }))), '1 or more')
})

/** As the TOML parser hands integers over. */
function asToml(value: SettingValue): unknown {
  if (typeof value === 'number') return BigInt(value)
  return Array.isArray(value) ? value.map(asToml) : value
}
