import assert from 'node:assert/strict'
import test from 'node:test'
import { Type } from 'typebox'
import {
  bytes,
  choice,
  count,
  duration,
  flag,
  list,
  path,
  section,
  settingFacts,
  socket,
  text,
} from './settings.ts'

test('a size carries its unit, bounds and default in bytes', () => {
  const facts = settingFacts(bytes({ default: '64KiB', minimum: '1KiB', maximum: '1MiB', doc: 'A cap.' }))
  assert.equal(facts.unit, 'bytes')
  assert.deepEqual([facts.minimum, facts.default, facts.maximum], [1024, 65_536, 1_048_576])
  assert.equal(facts.doc, 'A cap.')
})

test('a duration carries its bounds in milliseconds', () => {
  const facts = settingFacts(duration({ default: '5s', minimum: '100ms', maximum: '10m', doc: 'A wait.' }))
  assert.equal(facts.unit, 'ms')
  assert.deepEqual([facts.minimum, facts.default, facts.maximum], [100, 5_000, 600_000])
})

test('bounds that are not given are the widest an exact number allows', () => {
  for (const schema of [
    bytes({ default: '1B', doc: '' }),
    duration({ default: '1s', doc: '' }),
    count({ default: 1, doc: '' }),
  ]) {
    const { minimum, maximum } = settingFacts(schema)
    assert.deepEqual([minimum, maximum], [0, Number.MAX_SAFE_INTEGER])
  }
})

test('a choice carries its words', () => {
  const facts = settingFacts(choice({ default: 'off', of: ['off', 'hybrid'], doc: 'A mode.' }))
  assert.deepEqual([facts.unit, facts.default, facts.words], ['choice', 'off', ['off', 'hybrid']])
})

test('a list carries what it holds, how many, and the bounds of each number', () => {
  const u32 = Type.Integer({ minimum: 0, maximum: 4_294_967_295 })
  const numbers = settingFacts(list(u32, { default: [7], maxItems: 64, doc: 'Users.' }))
  assert.deepEqual([numbers.unit, numbers.item, numbers.itemsMax], ['list', 'count', 64])
  assert.deepEqual([numbers.minimum, numbers.maximum, numbers.default], [0, 4_294_967_295, [7]])
  const words = settingFacts(list(Type.String({ maxLength: 8 }), { default: [], maxItems: 4, doc: 'Tags.' }))
  assert.deepEqual([words.item, words.lengthMax, words.default], ['text', 8, []])
})

test('a flag, a text, a path and an address carry their unit and default', () => {
  assert.deepEqual(
    [
      settingFacts(flag({ default: true, doc: '' })),
      settingFacts(text({ default: 'a', doc: '' })),
      settingFacts(path({ default: '/a', doc: '' })),
      settingFacts(socket({ default: '127.0.0.1:0', doc: '' })),
    ].map((facts) => [facts.unit, facts.default, facts.creates]),
    [
      ['flag', true, false],
      ['text', 'a', false],
      ['path', '/a', false],
      ['socket', '127.0.0.1:0', false],
    ],
  )
  assert.equal(settingFacts(path({ default: '', doc: '', creates: true })).creates, true)
})

test('names of its own are carried, and null when there are none', () => {
  const named = settingFacts(flag({ default: false, doc: '', env: 'TLS', flag: 'tls', fileOnly: 'because' }))
  assert.deepEqual([named.env, named.flag, named.fileOnly], ['TLS', 'tls', 'because'])
  const plain = settingFacts(flag({ default: false, doc: '' }))
  assert.deepEqual([plain.env, plain.flag, plain.fileOnly], [null, null, null])
})

test('a schema made without the helpers is refused', () => {
  assert.throws(() => settingFacts(Type.Integer({ default: 1 })), /helpers of contract\/settings\.ts/)
  assert.throws(() => settingFacts(Type.String({ unit: 'parsec', doc: '', default: '' })), /helpers of/)
  assert.throws(() => settingFacts(Type.String({ unit: 'text', doc: '' })), /helpers of/)
})

test('a section admits no other names', () => {
  assert.equal(Reflect.get(section({ on: flag({ default: true, doc: '' }) }), 'additionalProperties'), false)
})
