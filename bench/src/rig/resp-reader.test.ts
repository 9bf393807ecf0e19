import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from './answers.ts'
import { lineBytesMax, RespReader } from './resp-reader.ts'

type Value =
  | { readonly kind: 'text' | 'error' | 'number'; readonly text: string }
  | { readonly kind: 'bytes'; readonly text: string | null }
  | { readonly kind: 'array'; readonly items: readonly Value[] }

const { value: values } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.record({ kind: fc.constantFrom('text', 'error'), text: fc.constantFrom('OK', 'why', '') }),
    fc.record({ kind: fc.constant('number'), text: fc.integer().map(String) }),
    fc.record({
      kind: fc.constant('bytes'),
      text: fc.option(fc.string({ unit: fc.constantFrom('\r', '\n', '$', '-', 'a'), maxLength: 40 })),
    }),
    fc.record({ kind: fc.constant('array'), items: fc.array(tie('value'), { maxLength: 3 }) }),
  ),
}))

const marks = { text: '+', error: '-', number: ':' } as const

function encoded(value: Value): string {
  if (value.kind === 'array') return `*${value.items.length}\r\n${value.items.map(encoded).join('')}`
  if (value.kind !== 'bytes') return `${marks[value.kind]}${value.text}\r\n`
  return value.text === null ? '$-1\r\n' : `$${value.text.length}\r\n${value.text}\r\n`
}

function holdsError(value: Value): boolean {
  return value.kind === 'array' ? value.items.some(holdsError) : value.kind === 'error'
}

function readIn(text: string, lengths: readonly number[]): readonly number[] {
  const reader = new RespReader()
  const told: Answer[] = []
  for (let from = 0, piece = 0; from < text.length; piece++) {
    const length = lengths[piece % lengths.length] ?? 1
    reader.push(Buffer.from(text.slice(from, from + length), 'latin1'), (answer) => told.push(answer))
    from += length
  }
  return told.map(({ status }) => status)
}

test('however the bytes are cut, each value is one answer, and one that holds an error is a failure', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1 })
  fc.assert(
    fc.property(fc.array(values, { maxLength: 6 }), lengths, (said, lengths) => {
      const expected = said.map((value) => (holdsError(value) ? 500 : 200))
      assert.deepEqual(readIn(said.map(encoded).join(''), lengths), expected)
    }),
  )
})

test('a line without end, and what is no answer, are errors', () => {
  assert.throws(() => readIn(`+${'a'.repeat(lineBytesMax + 1)}`, [4096]), /longer than 1024 bytes/)
  assert.throws(() => readIn('HTTP/1.1 400\r\n', [4096]), /no answer of Redis/)
})
