import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simulate } from './simulate.ts'

test('a seed is one history, event for event', async () => {
  const [first, again, other] = [await simulate(11, 600), await simulate(11, 600), await simulate(12, 600)]
  assert.deepEqual(again, first)
  assert.notEqual(other.hash, first.hash)
})

test('histories have in them what they are for: calls that are acknowledged, crashes and hangs', async () => {
  const { acknowledged, crashes, hangs, broken } = await simulate(3, 3_000)
  assert.ok(acknowledged > 0 && crashes > 0 && hangs > 0)
  assert.deepEqual(broken, [])
})
