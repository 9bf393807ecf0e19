import { test } from 'node:test'
import fc from 'fast-check'
import { run, seeds } from './query.fuzz.ts'

test('every seed of the query fuzzer passes', () => {
  for (const seed of seeds) run(seed)
})

test('queries made of the parts of queries pass', () => {
  const part = fc.constantFrom(
    'a',
    'É',
    ' ',
    '  ',
    '"',
    '“',
    '-',
    ':',
    'edge:',
    'dir:in',
    'hops:2',
    '東',
    'ー',
    '½',
    '\0',
    'ำ',
  )
  const bytes = fc
    .array(part, { maxLength: 30, size: 'max' })
    .map((parts) => new TextEncoder().encode(parts.join('')))
  fc.assert(fc.property(bytes, run), { numRuns: 2000 })
})

test('any bytes pass', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200, size: 'max' }), run), { numRuns: 500 })
})
