import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scaled, scaleOf } from './scale.ts'

test('a size is made smaller by the scale, in whole numbers', () => {
  assert.deepEqual([scaled(1_000, 0.1), scaled(1_000, 1), scaled(25, 0.1)], [100, 1_000, 3])
})

test('a size becomes no smaller than makes sense, and never larger than it was', () => {
  assert.deepEqual([scaled(1_000, 0.001, 64), scaled(3, 0.01), scaled(10, 0.1, 64)], [64, 1, 10])
})

test('a scale is above 0 and at most 1', () => {
  assert.deepEqual(['1', '0.1', '1e-3'].map(scaleOf), [1, 0.1, 0.001])
  for (const text of ['0', '-1', '1.1', 'half', '']) assert.throws(() => scaleOf(text), /--scale .*above 0/)
})
