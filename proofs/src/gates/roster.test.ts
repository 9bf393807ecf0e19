import { test } from 'node:test'
import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { gates, gatesNamed } from './roster.ts'
import { found } from './run-step.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

test('every gate of both blueprints is there once', () => {
  const numbered = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, at) => `${prefix}${at + 1}`)
  assert.deepEqual(
    gates.map(({ id }) => id),
    [...numbered('micro-', 4), ...numbered('A-M', 20)],
  )
})

test('what a gate is proven by is there', () => {
  const needs = gates.flatMap(({ steps }) => steps.flatMap((step) => step.needs))
  assert.deepEqual(
    needs.filter((path) => found(root, path).length === 0),
    [],
  )
  for (const { id, steps } of gates) assert(steps.length > 0, id)
})

test('gates are chosen by their ids, and one that is not known is refused with those that are', () => {
  assert.deepEqual(
    gatesNamed(['A-M8', 'micro-2']).map(({ id }) => id),
    ['micro-2', 'A-M8'],
  )
  assert.throws(() => gatesNamed(['A-M21']), /--only A-M21: there are micro-1, .*A-M20/)
})
