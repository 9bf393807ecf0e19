import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LastWords } from './last-words.ts'

function after(bytesMax: number, ...pieces: readonly string[]): string {
  const words = new LastWords(bytesMax)
  for (const piece of pieces) words.hear(Buffer.from(piece))
  return words.text
}

test('what was said last is kept, in the order it was said', () => {
  assert.equal(after(100, 'one\n', 'two\n'), 'one\ntwo')
  assert.equal(after(100), '')
})

test('of more than there is room for, whole lines are kept', () => {
  assert.equal(after(12, 'first line\n', 'second\n', 'third\n'), 'third')
})

test('a single line that is too long keeps its end', () => {
  assert.equal(after(4, 'abcdefgh'), 'efgh')
})
