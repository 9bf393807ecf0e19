import assert from 'node:assert/strict'
import { test } from 'node:test'
import { facetsNamed } from './roster.ts'

test('without names all facets run, each under a name of its own', () => {
  const names = facetsNamed([]).map(({ name }) => name)
  assert.deepEqual(names, [...new Set(names)])
  assert.ok(names.length > 1)
})

test('names choose, in the order of the roster', () => {
  assert.deepEqual(
    facetsNamed(['redis', 'start']).map(({ name }) => name),
    ['start', 'redis'],
  )
})

test('an unknown name is an error that says the known ones', () => {
  assert.throws(() => facetsNamed(['htpp']), /--only htpp: there are start, levels, http, /)
})
