import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Value } from 'typebox/value'
import { index } from './contract.ts'
import { SLOTS_MAX } from './text/postings.ts'

const doors = Object.values(index.operations).flatMap(({ door }) => (door === null ? [] : [door]))

test('no two operations share a code or a route', () => {
  assert.equal(new Set(doors.map(({ code }) => code)).size, doors.length)
  assert.equal(new Set(doors.map(({ http }) => http.route)).size, doors.length)
})

test('what reads needs a reading capability, what writes a writing one', () => {
  assert.equal(doors.length, 14)
  for (const { verb, http } of doors) assert.equal(verb.endsWith('.read'), http.route.startsWith('GET '))
})

test('an index can number as many documents as can be configured', () => {
  assert.equal(Value.Check(index.config.properties.docsMax, SLOTS_MAX + 1), false)
})
