import assert from 'node:assert/strict'
import test from 'node:test'
import type { LogFields } from '../ports/log.ts'
import { logRecord } from './record.ts'

const fields = (own: LogFields) => logRecord('', {}, own).fields

test('a flat field is kept as it is', () => {
  const own = { route: '/o/:address', status: 201, hit: false, rule: null, verbs: ['a', 'b'] }
  assert.deepEqual(fields(own), own)
  assert.deepEqual(fields({ absent: undefined }), {})
})

test('a field of the line wins over one that is bound', () => {
  const { fields: kept } = logRecord('', { service: 'kernel', amnesia: true }, { service: 'storage' })
  assert.deepEqual(kept, { service: 'storage', amnesia: true })
})

test('a field whose name holds secrets says only whether there was one', () => {
  assert.deepEqual(
    fields({ token: 'abc', cap: null, apiKey: 5, secret: ['a'], key: true, capability_id: 'c1' }),
    {
      token: '[redacted]',
      cap: null,
      apiKey: '[redacted]',
      secret: '[redacted]',
      key: true,
      capability_id: 'c1',
    },
  )
})

test('a field may not pass itself off as the level, the time or the message', () => {
  assert.deepEqual(fields({ level: 'error', ts: 'then', msg: 'lie', truncated: true }), {
    field_level: 'error',
    field_ts: 'then',
    field_msg: 'lie',
    field_truncated: true,
  })
})

test('long texts, names and lists are cut, and say so', () => {
  assert.equal(logRecord('x'.repeat(5_000), {}, {}).message, `${'x'.repeat(2_047)}…`)
  assert.equal(fields({ a: 'x'.repeat(5_000) })['a'], `${'x'.repeat(4_095)}…`)
  assert.deepEqual(fields({ ['n'.repeat(100)]: 1 }), { [`${'n'.repeat(63)}…`]: 1 })
  const items = fields({ a: Array.from({ length: 50 }, () => 'x'.repeat(200)) })['a']
  assert.ok(Array.isArray(items))
  assert.deepEqual([items.length, String(items[0]).length], [32, 128])
})

test('fields that find no room are left out, smaller ones after them are not', () => {
  const own = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`f${index}`, 'x'.repeat(4_000)]))
  const kept = fields({ ...own, status: 200 })
  assert.deepEqual(Object.keys(kept), ['f0', 'f1', 'f2', 'f3', 'status', 'truncated'])
  assert.equal(kept['truncated'], true)
})
