import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyChange } from './change.fixture.ts'
import type { Change } from './change.ts'
import { Records } from './record.ts'

const tenant = 'a'.repeat(32)
const unlink: Change = { kind: 'unlink', tenant, from: 'ann', to: 'bob', edge: 'link' }

test('any change is read back as it was written', () => {
  const records = new Records()
  fc.assert(
    fc.property(anyChange, (change) => assert.deepEqual(records.decode(records.encode(change)), change)),
  )
})

test('half a pair of surrogates in a text survives', () => {
  const records = new Records()
  const put: Change = { kind: 'putDoc', tenant, doc: { id: 'd', fields: { body: 'a\ud800b' }, tags: [] } }
  assert.deepEqual(records.decode(records.encode(put)), put)
})

test('links that repeat a name take less room than links that do not', () => {
  const records = new Records()
  const to = Array.from({ length: 100 }, (_, i) => `n${i}`)
  const fan = to.map((name) => ({ from: 'somebody', to: name, edge: 'follows', weight: 1 }))
  const length = (links: typeof fan) => records.encode({ kind: 'link', tenant, links }).length
  const apart = fan.map((link, i) => (i % 2 ? link : { ...link, from: 'everybody', edge: 'likes' }))
  assert.ok(length(fan) < 0.6 * length(apart))
})

test('a record of another version is refused, and one of a kind that is not known', () => {
  const records = new Records()
  const record = records.encode(unlink).slice()
  const changed = (at: number, value: number) => record.map((byte, i) => (i === at ? value : byte))
  assert.throws(() => records.decode(changed(0, 2)), /has version 2, this node reads 1/)
  assert.throws(() => records.decode(changed(1, 5)), /has kind 5, which this node does not know/)
})

test('a record with something left over is refused, and one that ends too early', () => {
  const records = new Records()
  const record = records.encode(unlink).slice()
  assert.throws(() => records.decode(Uint8Array.of(...record, 0)), /has 1 bytes after its last field/)
  assert.throws(() => records.decode(record.subarray(0, -1)), RangeError)
})

test('a tenant that is no tenant is a mistake', () => {
  assert.throws(() => new Records().encode({ ...unlink, tenant: 'ann' }), RangeError)
})
