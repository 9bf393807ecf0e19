import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Gates } from './readiness.ts'

const open = { ok: true, because: '' }

test('a gate that nobody has reported is closed, and named', () => {
  const gates = new Gates(['config', 'storage'])
  gates.report('config', open)
  const { ready, missing, gates: each } = gates.read()
  assert.equal(ready, false)
  assert.deepEqual(missing, ['storage'])
  assert.deepEqual(each['storage'], { ok: false, because: 'not reported yet' })
})

test('the node is ready when every gate is open, and no longer when one closes again', () => {
  const gates = new Gates(['a', 'b'])
  for (const name of ['a', 'b']) gates.report(name, open)
  assert.deepEqual(gates.read(), { ready: true, gates: { a: open, b: open }, missing: [] })
  gates.report('b', { ok: false, because: 'it crashed' })
  const reading = gates.read()
  assert.equal(reading.ready, false)
  assert.deepEqual(reading.gates['b'], { ok: false, because: 'it crashed' })
})

test('missing gates are named in the order they were declared, whatever order they reported in', () => {
  const gates = new Gates(['c', 'a', 'b'])
  for (const name of ['b', 'a', 'c']) gates.report(name, { ok: false, because: 'x' })
  assert.deepEqual(gates.read().missing, ['c', 'a', 'b'])
})

test('a gate that was not declared cannot report', () => {
  const gates = new Gates(['a'])
  assert.throws(() => gates.report('b', open), /no readiness gate is named b/)
})

test('a reading does not change with later reports', () => {
  const gates = new Gates(['a'])
  const before = gates.read()
  gates.report('a', open)
  assert.equal(before.ready, false)
  assert.equal(before.gates['a']?.ok, false)
})
