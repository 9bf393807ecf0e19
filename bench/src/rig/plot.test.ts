import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plot } from './plot.ts'
import { judged, type Measured } from './rows.ts'

const measured: Measured = {
  work: 'GET',
  unit: 'ms',
  better: 'less',
  ours: 5,
  samples: 1,
  peer: { name: 'Redis', value: 10 },
  limit: { of: 'ratio', value: 0.25 },
}

function drawn(change: Partial<Measured> = {}): string {
  return plot('A & B', [judged({ ...measured, ...change }, 1)])
}

/** Lengths of the bars, without the background. */
function lengths(svg: string): readonly number[] {
  return [...svg.matchAll(/<rect x="330" y="\d+" width="([\d.]+)"/g)].map(([, width]) => Number(width))
}

test('bars are as long as what they stand for, the largest as long as there is room', () => {
  assert.deepEqual(lengths(drawn()), [165, 330])
})

test('a limit of the ratio stands where ours would keep it', () => {
  assert.match(drawn(), /<line x1="412.5"/)
})

test('a peer that is absent has no bar and says so', () => {
  const svg = drawn({ peer: { name: 'Redis', value: null } })
  assert.deepEqual(lengths(svg), [330, 0])
  assert.match(svg, />absent Redis</)
  assert.doesNotMatch(svg, /<line/)
})

test('whether the limit is kept is told, and a void row is no verdict', () => {
  assert.match(drawn(), /5.00 ms ✗/)
  assert.match(drawn({ ours: 1 }), /1.00 ms ✓/)
  assert.match(drawn({ void: 'late' }), /5.00 ms \(void\)/)
})

test('what is no number draws nothing', () => {
  assert.deepEqual(lengths(drawn({ ours: Number.NaN, peer: null, limit: null })), [0])
})

test('text is escaped', () => {
  assert.match(drawn({ work: 'a < b' }), />a &lt; b</)
  assert.match(drawn(), />A &amp; B</)
})

test('a long name makes the picture wider, so that it is not cut off', () => {
  const width = (letters: number) => Number(/width="(\d+)"/.exec(drawn({ work: 'x'.repeat(letters) }))?.[1])
  assert.deepEqual([width(40) - width(1), width(100) - width(1)], [0, 350])
})
