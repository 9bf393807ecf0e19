import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judged } from './rows.ts'
import { page, section } from './table.ts'

const machine = { processors: 2, model: 'cpu', memoryGiB: 8, node: 'v20', system: 'linux x64', commit: 'abc' }
const rows = [
  judged(
    {
      work: 'GET',
      unit: 'requests/s',
      better: 'more',
      ours: 41_234.4,
      samples: 3,
      peer: { name: 'bare', value: 50_000 },
      limit: { of: 'ratio', value: 0.9 },
    },
    1,
  ),
  judged(
    {
      work: 'a|b',
      unit: 'ms',
      better: 'less',
      ours: 1.234,
      samples: 1_000,
      peer: { name: 'Redis', value: null },
      limit: { of: 'ratio', value: 2 },
      note: 'over sockets',
    },
    1,
  ),
  judged(
    {
      work: 'late',
      unit: 'ms',
      better: 'less',
      ours: 12.34,
      samples: 5,
      peer: null,
      limit: { of: 'ours', value: 2 },
      void: 'the generator was late',
    },
    1,
  ),
]
const result = {
  facet: 'http',
  title: 'HTTP',
  at: '2026-01-01T00:00:00Z',
  machine,
  seed: 7,
  scale: 1,
  sizes: { bytes: 1024 },
  rows,
}

test('a section has a line for each row: what was broken, unknown, absent or void says so', () => {
  const lines = section(result, 'http.svg')
    .split('\n')
    .map((line) => line.replaceAll(/ +/g, ' '))
  assert.deepEqual(lines.slice(0, 4), [
    '## HTTP',
    '',
    '`http` · 2026-01-01T00:00:00Z · commit abc · seed 7 · scale 1 · bytes 1,024',
    '',
  ])
  assert.deepEqual(lines.slice(6, 13), [
    '| GET | requests/s | 41,234 | bare | 50,000 | 0.825 | ≥ 0.900 × | NO | 3 |',
    '| a\\|b | ms | 1.23 | Redis | absent | | ≤ 2.00 × | unknown | 1,000 |',
    '| late | ms | 12.3 | | | | ≤ 2.00 | void | 5 |',
    '',
    '- a|b: over sockets',
    '- late: does not count, for the generator was late',
    '',
  ])
  assert.equal(lines.at(-1), '![HTTP](http.svg)')
})

test('the page names the machine before the sections', () => {
  assert.match(page('machine x', ['one', 'two']), /machine x\n```\n\none\n\ntwo\n$/)
})

test('a quick look says its scale, and that limits are not about it', () => {
  const text = section({ ...result, scale: 0.1, rows: [] }, null)
  assert.match(text, /· scale 0\.1 ·/)
  assert.match(
    text,
    /A quick look at 0\.1 of the real size; limits are about the real size, and unknown here\./,
  )
})
