import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { NAME_BYTES_MAX, nameFault } from './object-name.ts'

test('ordinary names pass, with any letters, dots and spaces inside segments', () => {
  for (const name of [
    'hello.txt',
    'a',
    'photos/2025/cat.jpg',
    '.hidden',
    'a..b',
    '...',
    'été/猫 🐈',
    'a b',
    '%2e',
  ]) {
    assert.equal(nameFault(name), undefined, name)
  }
})

test('a name of 512 bytes passes and one of 513 is refused with the limit, also when letters take three bytes', () => {
  assert.equal(nameFault('n'.repeat(NAME_BYTES_MAX)), undefined)
  assert.match(nameFault('n'.repeat(NAME_BYTES_MAX + 1)) ?? '', /longer than 512 bytes/)
  assert.equal(nameFault('猫'.repeat(170)), undefined)
  assert.match(nameFault('猫'.repeat(171)) ?? '', /longer than 512 bytes/)
})

test('a name that climbs or stands still is refused wherever the dots are', () => {
  for (const name of ['..', '.', '../x', 'a/../b', 'a/..', './a', 'a/./b']) {
    assert.match(nameFault(name) ?? '', /has the segment \.{1,2}; name the object by its full path/, name)
  }
})

test('empty segments are refused at the start, at the end and between', () => {
  for (const name of ['/a', 'a/', 'a//b', '/']) assert.match(nameFault(name) ?? '', /empty segment/, name)
  assert.match(nameFault('') ?? '', /is empty/)
})

test('control characters, backslashes and half characters are refused by name', () => {
  for (const name of ['a\0b', 'a\nb', 'a\x7f', 'a\u0085'])
    assert.match(nameFault(name) ?? '', /control character/)
  assert.match(nameFault('a\\..\\b') ?? '', /backslash/)
  assert.match(nameFault('a\ud800b') ?? '', /half a character/)
})

test('the sentence quotes a long name shortened, so that an error stays an error and not a page', () => {
  const fault = nameFault('x'.repeat(100_000)) ?? ''
  assert.ok(fault.length < 250)
})

test('no accepted name has a segment that a file system or a URL would read as a direction', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '.', '/', '\\', '\0', '猫'), maxLength: 12 }),
      (name) => {
        if (nameFault(name) !== undefined) return
        assert.equal(
          new URL(`http://node/objects/${encodeURI(name)}`).pathname,
          `/objects/${encodeURI(name)}`,
        )
      },
    ),
  )
})
