import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from './until.ts'

test('waiting ends when the condition holds', async () => {
  let looks = 0
  await until(() => ++looks === 50)
  assert.equal(looks, 50)
})
