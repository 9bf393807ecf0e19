import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from './until.ts'

test('what comes to be is waited for, and its value handed over', async () => {
  let asked = 0
  assert.equal(await until('third', async () => (++asked === 3 ? 'here' : undefined)), 'here')
  assert.equal(asked, 3)
})

test('what never comes to be is not waited for forever', async () => {
  const never = until('the node is ready', async () => undefined, 1, 20)
  await assert.rejects(never, /^Error: the node is ready: not within 0\.02 seconds$/)
})
