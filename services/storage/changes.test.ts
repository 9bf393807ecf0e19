import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ChangeRecords, type Change } from './changes.ts'

const tenant = fc.string({ maxLength: 32 })
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 })
const address = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((digest) => `b3:${Buffer.from(digest).toString('hex')}`)
const plain = { noNullPrototype: true }
const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex'))
const atMs = fc.double({ noNaN: true, noDefaultInfinity: true })
const chunk = fc.record({ address, bytes: fc.maxSafeNat() }, plain)
const chunks = fc.array(chunk, { maxLength: 5 })
const text = fc.string({ maxLength: 64 })
const found = fc.record({ address, bytes: fc.maxSafeNat(), type: fc.string({ maxLength: 255 }) }, plain)
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('bind' as const), tenant, name, found }, plain),
  fc.record({ kind: fc.constant('unbind' as const), tenant, name }, plain),
  fc.record({ kind: fc.constant('pin' as const), tenant, found }, plain),
  fc.record({ kind: fc.constant('unpin' as const), tenant, address }, plain),
  fc.record(
    {
      kind: fc.constant('begin' as const),
      tenant,
      id,
      name,
      bytes: fc.maxSafeNat(),
      type: text,
      metadata: text,
      atMs,
    },
    plain,
  ),
  fc.record({ kind: fc.constant('piece' as const), tenant, id, atMs, chunks }, plain),
  fc.record({ kind: fc.constant('finish' as const), tenant, id, atMs, chunks, manifest: chunk }, plain),
  fc.record({ kind: fc.constant('abandon' as const), tenant, id }, plain),
  fc.record({ kind: fc.constant('discard' as const), tenant, name }, plain),
)

test('every change comes back from its record as it was', () => {
  const records = new ChangeRecords()
  fc.assert(
    fc.property(change, (written) => assert.deepEqual(records.decode(records.encode(written)), written)),
  )
})

test('a record of no known kind is refused', () => {
  const record = Uint8Array.of(1, 99, 0)
  assert.throws(() => new ChangeRecords().decode(record), /has kind 99, which this node does not know/)
})

test('a record with something left over is refused', () => {
  const records = new ChangeRecords()
  const record = records.encode({ kind: 'unbind', tenant: 't', name: 'n' })
  assert.throws(() => records.decode(Uint8Array.of(...record, 0)), /has 1 bytes after its last field/)
})
