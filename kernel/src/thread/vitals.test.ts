import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newVitals, readVital, writeVital } from './vitals.ts'

test('each vital is read as it was last written, apart from the other, on every view of the page', () => {
  const page = newVitals()
  assert.deepEqual([readVital(page, 'depth'), readVital(page, 'running')], [0, 0])
  writeVital(page, 'depth', 3)
  writeVital(page, 'running', 7)
  writeVital(page, 'depth', 4)
  const seen = structuredClone(page)
  assert.deepEqual([readVital(seen, 'depth'), readVital(seen, 'running')], [4, 7])
})
