import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judged, type Measured } from './rows.ts'

const measured: Measured = {
  work: 'GET',
  unit: 'ms',
  better: 'less',
  ours: 4,
  samples: 10,
  peer: { name: 'Redis', value: 2 },
  limit: { of: 'ours', value: 5 },
}

test('the ratio is ours over the peer’s', () => {
  assert.equal(judged(measured, 1).ratio, 2)
})

for (const [what, change, ok] of [
  ['below a limit, where less is better', {}, true],
  ['at the limit', { ours: 5 }, true],
  ['above it', { ours: 5.1 }, false],
  ['below a limit, where more is better', { better: 'more' }, false],
  ['above it, where more is better', { better: 'more', ours: 6 }, true],
  ['with a ratio above its limit', { limit: { of: 'ratio', value: 1.9 } }, false],
  ['with a ratio below its limit', { limit: { of: 'ratio', value: 2.1 } }, true],
  ['without a limit', { limit: null }, null],
  ['that is void', { ours: 6, void: 'the generator was late' }, null],
  ['that is no number', { ours: Number.NaN }, false],
  [
    'beside a peer that is absent, of the ratio',
    { peer: { name: 'Redis', value: null }, limit: { of: 'ratio', value: 1 } },
    null,
  ],
  ['beside a peer that is absent, of ours', { peer: { name: 'Redis', value: null } }, true],
] as const satisfies readonly (readonly [string, Partial<Measured>, boolean | null])[]) {
  test(`a value ${what} is judged ${ok}`, () => {
    assert.equal(judged({ ...measured, ...change }, 1).ok, ok)
  })
}

test('of a limit nothing is said at a smaller scale, kept or not', () => {
  assert.equal(judged(measured, 0.1).ok, null)
  assert.equal(judged({ ...measured, ours: 50 }, 0.1).ok, null)
})
