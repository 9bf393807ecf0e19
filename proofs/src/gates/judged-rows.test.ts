/** What rows of the benchmark show: rows that are missing, broken, void, at another scale, or that call themselves well. */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { judgedRows, type BenchResult } from './judged-rows.ts'

type Row = BenchResult['rows'][number]

const row: Row = {
  work: 'neighbors, p95',
  unit: 'ms',
  better: 'less',
  ours: 12,
  peer: null,
  limit: { of: 'ours', value: 50 },
}
const told: Row = { ...row, work: 'memory', ours: 1e9, limit: null }
const judged = (changes: readonly Partial<Row>[], expected: readonly RegExp[] = []) =>
  judgedRows({ scale: 1, rows: [...changes.map((change) => ({ ...row, ...change })), told] }, expected, 1)

test('rows that keep their limits pass, and those without one only tell', () => {
  assert.deepEqual(judged([{}, { better: 'more', ours: 50 }]), {
    kind: 'pass',
    evidence: '2 limits kept',
    scale: null,
  })
  const beside = { name: 'Redis', value: 6 }
  assert.equal(judged([{ peer: beside, limit: { of: 'ratio', value: 2 } }]).kind, 'pass')
})

for (const [what, change] of [
  ['above its limit', { ours: 50.1 }],
  ['below it, where more is better', { better: 'more' }],
  ['that is no number', { ours: null }],
  ['whose ratio is above its limit', { peer: { name: 'Redis', value: 5 }, limit: { of: 'ratio', value: 2 } }],
] as const satisfies readonly (readonly [string, Partial<Row>])[]) {
  test(`a row ${what} fails, whatever it says of itself`, () => {
    const wellMeant = { ...row, ...change, ok: true }
    const { kind, evidence } = judgedRows({ scale: 1, rows: [row, wellMeant] }, [], 1)
    assert.equal(kind, 'fail')
    assert.match(evidence, /^neighbors, p95: (no value|[\d.]+ ms)$/)
  })
}

test('a row that is expected and not there, or has no limit, fails', () => {
  assert.equal(judged([{}], [/^neighbors/]).evidence, 'neighbors, p95: 12.00 ms')
  assert.deepEqual(judged([{}], [/^neighbors/, /^search/]), {
    kind: 'fail',
    evidence: 'no row with a limit matches /^search/',
  })
  assert.equal(judged([{}], [/^memory/]).kind, 'fail')
})

test('what is not expected does not count for this gate', () => {
  assert.equal(judged([{}, { work: 'search', ours: 1e3 }], [/^neighbors/]).kind, 'pass')
})

test('what does not count, or has lost its peer, leaves the gate open, unless another row is broken', () => {
  const lost = {
    work: 'search',
    peer: { name: 'SQLite', value: null },
    limit: { of: 'ratio', value: 1 },
  } as const
  assert.deepEqual(judged([{}, { void: 'the load was late' }]), {
    kind: 'open',
    evidence: 'neighbors, p95 does not count: the load was late',
  })
  assert.deepEqual(judged([{}, lost]), { kind: 'open', evidence: 'search: SQLite is not there' })
  assert.equal(judged([{ ours: 51 }, lost]).kind, 'fail')
  assert.equal(judged([]).kind, 'open')
})

test('a pass at a smaller scale says so, and one at a scale that nobody asked for is none', () => {
  const small = { scale: 0.1, rows: [row] }
  assert.deepEqual(judgedRows(small, [], 0.1), { kind: 'pass', evidence: '1 limits kept', scale: '1/10' })
  assert.deepEqual(judgedRows(small, [], 1), {
    kind: 'fail',
    evidence: 'it was measured at a scale of 0.1, not 1',
  })
})
